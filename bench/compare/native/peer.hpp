#pragma once

// What every native peer shares: one process measures one operation on one photograph, in memory.
//
//   peer PIXELS.ppm PHOTO.jpg THREADS ROUNDS BUDGET_MS OUTPUT OPERATION
//
// prints one line of JSON: {"peer", "version", "op", "threads", "settings", "note", "ms": [...],
// "cpu_ms": [...], "peak_rss_kb"}. OUTPUT gets what the last round made, for the driver to look at:
// pixels as PPM (their middle only), or the JPEG file. An operation that the peer does not have
// prints {"missing": true}.

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace peer {

using Bytes = std::vector<std::uint8_t>;

struct Pixels {  // RGB, 8 bits, rows without padding
    int width_px = 0;
    int height_px = 0;
    Bytes rgb;
};

/// Borrowed from what a round made.
struct Output {
    std::span<const std::uint8_t> bytes;
    int width_px = 0;  // 0: an encoded file
    int height_px = 0;
};

struct Operation {
    std::string settings;  // as a user of the peer would write it
    std::function<void()> run;
    std::function<Output()> output;
    std::string note;        // where the work is not limpid's
    bool from_file = false;  // starts from the JPEG: the pixels are not even loaded
};
using Operations = std::map<std::string, Operation>;

struct Input {
    Pixels pixels;
    Bytes jpeg;
    int threads = 1;
};

struct Description {
    std::string name;
    std::string version;
    std::function<Operations(const Input&)> operations;
};

[[noreturn]] inline void fail(const std::string& what) {
    std::fprintf(stderr, "peer: %s\n", what.c_str());
    std::exit(1);
}

inline void require(bool good, const char* what) {
    if (!good) fail(what);
}

inline Bytes read_file(const char* path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) fail(std::string("cannot read ") + path);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline Pixels read_ppm(const char* path) {
    std::ifstream file(path, std::ios::binary);
    std::string magic;
    int maximum = 0;
    Pixels pixels;
    file >> magic >> pixels.width_px >> pixels.height_px >> maximum;
    file.get();
    if (!file || magic != "P6" || maximum != 255) fail(std::string("no PPM of 8 bits: ") + path);
    pixels.rgb.resize(std::size_t{3} * static_cast<std::size_t>(pixels.width_px) *
                      static_cast<std::size_t>(pixels.height_px));
    file.read(reinterpret_cast<char*>(pixels.rgb.data()),
              static_cast<std::streamsize>(pixels.rgb.size()));
    if (!file) fail(std::string("cut short: ") + path);
    return pixels;
}

inline void write_output(const char* path, const Output& output) {
    constexpr int kSide = 1024;
    std::ofstream file(path, std::ios::binary);
    const auto put = [&file](std::span<const std::uint8_t> bytes) {
        file.write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
    };
    if (output.width_px == 0) return put(output.bytes);
    const int width = std::min(kSide, output.width_px);
    const int height = std::min(kSide, output.height_px);
    const int left = (output.width_px - width) / 2;
    const int top = (output.height_px - height) / 2;
    file << "P6\n" << width << ' ' << height << "\n255\n";
    for (int y = top; y < top + height; y++) {
        const auto at = (std::size_t(y) * std::size_t(output.width_px) + std::size_t(left)) * 3;
        put(output.bytes.subspan(at, std::size_t(width) * 3));
    }
}

struct Times {
    std::vector<double> wall_ms;
    std::vector<double> cpu_ms;  // of all threads: hardly moved by what else the machine does
};

inline double cpu_ms() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

inline void time_once(const std::function<void()>& run, Times& times) {
    const double cpu = cpu_ms();
    const auto start = std::chrono::steady_clock::now();
    run();
    const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - start;
    times.wall_ms.push_back(wall.count());
    times.cpu_ms.push_back(cpu_ms() - cpu);
}

/// One warm-up, then `rounds`, or as many as fit the budget. What is slower than the budget is not
/// run a second time: then the first run is the measurement.
inline Times measure(const Operation& operation, int rounds, double budget_ms) {
    Times warm_up, times;
    time_once(operation.run, warm_up);
    const double first = warm_up.wall_ms.front();
    if (first > budget_ms) return warm_up;
    rounds = std::min(rounds, std::max(1, static_cast<int>(budget_ms / first)));
    for (int i = 0; i < rounds; i++) time_once(operation.run, times);
    return times;
}

inline std::string quoted(const std::string& text) {  // our own texts: nothing but quotes to escape
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

inline std::string listed(const std::vector<double>& numbers) {
    std::string out;
    for (const double number : numbers) out += (out.empty() ? "[" : ", ") + std::to_string(number);
    return out + "]";
}

inline int main_of(int argc, char** argv, const Description& peer) {
    if (argc != 8) fail("PIXELS PHOTO THREADS ROUNDS BUDGET_MS OUTPUT OPERATION expected");
    const std::string name = argv[7];
    Input input;
    input.threads = std::atoi(argv[3]);
    input.jpeg = read_file(argv[2]);
    Operations operations = peer.operations(input);
    if (!operations.contains(name)) {
        std::printf("{\"peer\": %s, \"missing\": true}\n", quoted(peer.name).c_str());
        return 0;
    }
    const Operation& operation = operations.at(name);
    if (!operation.from_file) input.pixels = read_ppm(argv[1]);
    const Times times = measure(operation, std::atoi(argv[4]), std::atof(argv[5]));
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    write_output(argv[6], operation.output());
    std::printf("{\"peer\": %s, \"version\": %s, \"op\": %s, \"threads\": %d, \"settings\": %s, ",
                quoted(peer.name).c_str(), quoted(peer.version).c_str(), quoted(name).c_str(),
                input.threads, quoted(operation.settings).c_str());
    std::printf("\"note\": %s, \"peak_rss_kb\": %ld, \"ms\": %s, \"cpu_ms\": %s}\n",
                quoted(operation.note).c_str(), usage.ru_maxrss, listed(times.wall_ms).c_str(),
                listed(times.cpu_ms).c_str());
    return 0;
}

}  // namespace peer
