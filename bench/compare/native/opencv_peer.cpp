// OpenCV's C++ interface, as bench/compare measures it (peer.hpp). "chain" is what is fast,
// "chain:quality" works in Lab and HSV.

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/photo.hpp>

#include "peer.hpp"

namespace {

using cv::Mat;

Mat unsharp(const Mat& in) {
    Mat blurred, out;
    cv::GaussianBlur(in, blurred, {}, 1.5);
    cv::addWeighted(in, 1.6, blurred, -0.6, 0, out);
    return out;
}

Mat clahe(const Mat& in, int to, int from) {  // on the first channel of another colour space
    Mat other, out;
    cv::cvtColor(in, other, to);
    std::vector<Mat> planes;
    cv::split(other, planes);
    cv::createCLAHE(2.0, {8, 8})->apply(planes[0], planes[0]);
    cv::merge(planes, other);
    cv::cvtColor(other, out, from);
    return out;
}
Mat clahe_luma(const Mat& in) { return clahe(in, cv::COLOR_RGB2YCrCb, cv::COLOR_YCrCb2RGB); }
Mat clahe_lab(const Mat& in) { return clahe(in, cv::COLOR_RGB2Lab, cv::COLOR_Lab2RGB); }

Mat gray_world(const Mat& in) {
    const cv::Scalar mean = cv::mean(in);
    const double grey = (mean[0] + mean[1] + mean[2]) / 3;
    Mat out;
    cv::multiply(in, cv::Scalar(grey / mean[0], grey / mean[1], grey / mean[2]), out);
    return out;
}

Mat levels(const Mat& in) {  // 1 to 99 percent of luma
    Mat grey, histogram, out;
    cv::cvtColor(in, grey, cv::COLOR_RGB2GRAY);
    const int channel = 0, bins = 256;
    const float range[] = {0, 256};
    const float* ranges = range;
    cv::calcHist(&grey, 1, &channel, {}, histogram, 1, &bins, &ranges);
    const double total = static_cast<double>(grey.total());
    int low = 0, high = 255;
    for (double sum = 0; low < 255 && (sum += histogram.at<float>(low)) < 0.01 * total;) low++;
    for (double sum = 0; high > low + 1 && (sum += histogram.at<float>(high)) < 0.01 * total;)
        high--;
    const double gain = 255.0 / (high - low);
    in.convertTo(out, -1, gain, -low * gain);
    return out;
}

Mat vibrance(const Mat& in) {  // muted colours more than strong ones, by a table of the saturation
    Mat hsv, out, table(1, 256, CV_8UC3);
    for (int i = 0; i < 256; i++) {
        const auto s = cv::saturate_cast<uchar>(i * (1 + 0.3 * (1 - i / 255.0)));
        table.at<cv::Vec3b>(i) = {uchar(i), s, uchar(i)};
    }
    cv::cvtColor(in, hsv, cv::COLOR_RGB2HSV_FULL);
    cv::LUT(hsv, table, hsv);
    cv::cvtColor(hsv, out, cv::COLOR_HSV2RGB_FULL);
    return out;
}

Mat saturation(const Mat& in) {  // 1.3, about the luma of BT.601
    const float s = 1.3F, r = 0.299F * (1 - s), g = 0.587F * (1 - s), b = 0.114F * (1 - s);
    Mat out;
    cv::transform(in, out, cv::Matx33f(r + s, g, b, r, g + s, b, r, g, b + s));
    return out;
}

Mat chain(const Mat& in) { return unsharp(saturation(clahe_luma(levels(gray_world(in))))); }
Mat quality(const Mat& in) { return unsharp(vibrance(clahe_lab(levels(gray_world(in))))); }

Mat decode(const peer::Bytes& jpeg) {
    Mat rgb;
    cv::cvtColor(cv::imdecode(jpeg, cv::IMREAD_COLOR), rgb, cv::COLOR_BGR2RGB);
    return rgb;
}

peer::Bytes encode(const Mat& rgb) {
    Mat bgr;
    peer::Bytes file;
    cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
    cv::imencode(".jpg", bgr, file, {cv::IMWRITE_JPEG_QUALITY, 90});
    return file;
}

Mat bilateral(const Mat& in) {
    Mat out;
    cv::bilateralFilter(in, out, 9, 20, 3);
    return out;
}

Mat non_local_means(const Mat& in) {
    Mat out;
    cv::fastNlMeansDenoisingColored(in, out, 3, 3, 7, 21);
    return out;
}

Mat scaled(const Mat& in, double factor, int how) {
    Mat out;
    cv::resize(in, out, {}, factor, factor, how);
    return out;
}

Mat blurred(const Mat& in) {
    Mat out;
    cv::GaussianBlur(in, out, {}, 1.5);
    return out;
}

peer::Operations operations(const peer::Input& input) {
    cv::setNumThreads(input.threads);
    static Mat image;
    static peer::Bytes file;
    const auto view = [&input] {
        const peer::Pixels& p = input.pixels;
        return Mat(p.height_px, p.width_px, CV_8UC3, const_cast<std::uint8_t*>(p.rgb.data()));
    };
    const auto pixels = [] {
        return peer::Output{{image.data, image.total() * 3}, image.cols, image.rows};
    };
    const auto encoded = [] { return peer::Output{file}; };
    const auto on_pixels = [&](const char* settings, auto filter, const char* note = "") {
        return peer::Operation{settings, [view, filter] { image = filter(view()); }, pixels, note};
    };
    const auto on_file = [&](const char* settings, auto filter) {
        return peer::Operation{settings,
                               [&input, filter] { file = encode(filter(decode(input.jpeg))); },
                               encoded, "", true};
    };
    const char* fast =
        "mean+multiply, levels, CLAHE 2.0 8x8 on Y of YCrCb, 3x3 saturation, unsharp";
    const char* good = "mean+multiply, levels, CLAHE 2.0 8x8 on L of Lab, HSV table, unsharp";
    peer::Operations all;
    all["gaussian"] = on_pixels("GaussianBlur(sigma 1.5)", blurred);
    all["unsharp"] = on_pixels("GaussianBlur(1.5), addWeighted(1.6, -0.6)", unsharp,
                               "sharpens the three channels, limpid luma");
    all["local_contrast"] =
        on_pixels("YCrCb, CLAHE(2.0, 8x8) on Y", clahe_luma, "CLAHE, limpid an edge-aware pyramid");
    all["white_balance"] =
        on_pixels("mean, multiply", gray_world, "gains of encoded samples, limpid of linear light");
    all["levels"] = on_pixels("calcHist of luma, 1-99 %, convertTo", levels);
    all["vibrance"] = on_pixels("HSV, table of the saturation", vibrance);
    all["denoise"] = on_pixels("bilateralFilter(9, 20, 3)", bilateral, "another method");
    all["denoise:nlm"] =
        on_pixels("fastNlMeansDenoisingColored(3, 3, 7, 21)", non_local_means, "another method");
    all["up2"] = on_pixels(
        "resize(INTER_LANCZOS4)", [](const Mat& in) { return scaled(in, 2, cv::INTER_LANCZOS4); },
        "8 taps, limpid 6");
    all["down2"] = on_pixels(
        "resize(INTER_AREA)", [](const Mat& in) { return scaled(in, 0.5, cv::INTER_AREA); },
        "a box of 4 pixels: OpenCV's Lanczos does not widen when it shrinks");
    all["chain"] = on_pixels(fast, chain);
    all["chain:quality"] = on_pixels(good, quality);
    all["decode"] = {"imdecode, BGR2RGB", [&input] { image = decode(input.jpeg); }, pixels, "",
                     true};
    all["encode"] = {"RGB2BGR, imencode(quality 90)", [view] { file = encode(view()); }, encoded,
                     ""};
    all["jpeg"] = on_file(fast, chain);
    all["jpeg:quality"] = on_file(good, quality);
    return all;
}

}  // namespace

int main(int argc, char** argv) {
    return peer::main_of(argc, argv, {"OpenCV", CV_VERSION, operations});
}
