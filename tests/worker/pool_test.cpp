#include "native/worker/pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include "limpid/lut.hpp"
#include "limpid/pipeline.hpp"
#include "worker/processes.hpp"
#include "worker/test_pool.hpp"

namespace limpid::worker {
namespace {

using std::chrono::milliseconds;
using test::one_worker;
using test::outcome;
using test::read_data;
using test::TestPool;

constexpr auto kPhoto = "photos/canyon-wren.jpg";
constexpr auto kSmall = "sizes/31x17.jpg";

Job enhance_job(const ByteBuffer& image) {
    Job job;
    job.input = image.span();
    return job;
}

/// What the pool makes of a job is what enhance() makes of it here.
void expect_same(TestPool& pool, const Job& job, const EnhanceOptions& options) {
    const auto here = enhance(job.input, options);
    ASSERT_TRUE(here) << here.error().message();
    const auto done = pool.run(job);
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_TRUE(std::ranges::equal(done->output.bytes(), here->bytes.span()));
    EXPECT_EQ(done->output_format, here->report.output_format);
    EXPECT_EQ(done->report_json, to_json(here->report));
}

TEST(WorkerPool, GivesTheSameBytesAsEnhanceForEveryPreset) {
    TestPool pool;
    const auto photo = read_data(kPhoto);
    for (const Preset preset : {
#define LIMPID_PRESET(name, doc) Preset::name,
#define LIMPID_PRESET_FIELD(...)
#include "limpid/presets.def"
#undef LIMPID_PRESET
#undef LIMPID_PRESET_FIELD
         }) {
        SCOPED_TRACE(to_string(preset));
        Job job = enhance_job(photo);
        job.options.preset = preset;
        expect_same(pool, job, job.options);
    }
}

TEST(WorkerPool, TakesEveryOption) {
    TestPool pool;
    const auto photo = read_data(kPhoto);
    Job job = enhance_job(photo);
    job.options.strength = Decimal::from_ten_thousandths(4'321);
    job.options.lut_strength = Decimal::from_ten_thousandths(7'000);
    job.options.resize = Resize{.width_px = 200,
                                .height_px = 150,
                                .fit = Fit::cover,
                                .filter = ResizeFilter::magic_kernel_sharp_2021,
                                .enlarge = false};
    job.options.encode = {.quality = 71,
                          .chroma_subsampling = ChromaSubsampling::s444,
                          .progressive = true,
                          .metadata = MetadataPolicy::strip};
    job.lut_cube = "LUT_3D_SIZE 2\n0 0 0\n1 0.1 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n0.9 1 1\n";
    const auto lut = parse_cube(job.lut_cube);
    ASSERT_TRUE(lut);
    EnhanceOptions options = job.options;
    options.lut = &*lut;
    expect_same(pool, job, options);

    job.options.format = options.format = FileFormat::webp;
    job.options.encode.lossless = options.encode.lossless = true;
    expect_same(pool, job, options);
}

TEST(WorkerPool, AppliesARecipeGivenAsText) {
    TestPool pool;
    const auto photo = read_data(kPhoto);
    Job job = enhance_job(photo);
    const std::string recipe = R"({"version":1,"exposure":{"exposure_ev":0.7}})";
    job.recipe_json = recipe;
    EnhanceOptions options;
    const auto parsed = parse_recipe(recipe);
    ASSERT_TRUE(parsed) << parsed.error().message();
    options.recipe = *parsed;
    expect_same(pool, job, options);
    job.recipe_json = R"({"version":1,"nonsense":{}})";
    EXPECT_EQ(outcome(pool.run(job)), "recipe.unknown_field");
    job.recipe_json = "{";
    EXPECT_EQ(outcome(pool.run(job)), "recipe.malformed");
    job.recipe_json = {};
    job.lut_cube = "LUT_3D_SIZE 2\nmore";
    EXPECT_EQ(outcome(pool.run(job)), "lut.malformed");
}

TEST(WorkerPool, InspectsAndAnalysesAsTheLibraryDoes) {
    TestPool pool;
    const auto photo = read_data(kPhoto);
    Job job = enhance_job(photo);
    job.task = Task::inspect;
    const auto inspected = pool.run(job);
    ASSERT_TRUE(inspected) << inspected.error().message();
    EXPECT_EQ(inspected->report_json, to_json(*inspect(photo.span())));
    EXPECT_EQ(inspected->output.size(), 0U);
    job.task = Task::analyse;
    const auto analysed = pool.run(job);
    ASSERT_TRUE(analysed) << analysed.error().message();
    EXPECT_EQ(analysed->report_json, to_json(*analyse(photo.span())));
}

TEST(WorkerPool, PassesErrorsOfTheLibraryOn) {
    TestPool pool;
    const auto photo = read_data(kPhoto);
    Job job = enhance_job(photo);
    job.options.limits.max_width_px = 100;
    const auto here = enhance(job.input, job.options);
    const auto there = pool.run(job);
    ASSERT_FALSE(here);
    ASSERT_FALSE(there);
    EXPECT_EQ(there.error().message(), here.error().message());
    job.input = {};
    EXPECT_EQ(outcome(pool.run(job)), "image.empty");
    EXPECT_EQ(pool->stats().refused, 2U);
}

TEST(WorkerPool, RefusesWhatWasParsedBefore) {
    TestPool pool;
    const auto photo = read_data(kSmall);
    Job job = enhance_job(photo);
    job.options.recipe.emplace();
    EXPECT_EQ(outcome(pool.run(job)), "argument.invalid");
    job.options.recipe.reset();
    const Lut lut;
    job.options.lut = &lut;
    EXPECT_EQ(outcome(pool.run(job)), "argument.invalid");
}

TEST(WorkerPool, SaysThatAnOutputIsTooLargeForIt) {
    PoolOptions options = one_worker();
    options.max_output_bytes = 10'000;
    TestPool pool(options);
    const auto photo = read_data(kPhoto);
    Job job = enhance_job(photo);
    job.options.format = FileFormat::png;
    EXPECT_EQ(outcome(pool.run(job)), "memory.exhausted");
    job.task = Task::inspect;
    EXPECT_EQ(outcome(pool.run(job)), "ok");
}

/// Workers of a pool that stand still until they are let go, so that what comes next is known.
class Frozen {
public:
    explicit Frozen(TestPool& pool, int workers = 1) {
        pool.wait_until(workers, 0);
        ids_ = test::children();
        for (const pid_t id : ids_) ::kill(id, SIGSTOP);
    }
    ~Frozen() {
        for (const pid_t id : ids_) ::kill(id, SIGCONT);
    }
    Frozen(const Frozen&) = delete;
    Frozen& operator=(const Frozen&) = delete;
    [[nodiscard]] const std::vector<pid_t>& ids() const { return ids_; }

private:
    std::vector<pid_t> ids_;
};

TEST(WorkerPool, AnswersAtOnceWhenTheQueueIsFull) {
    PoolOptions options = one_worker();
    options.queue_length = 2;
    TestPool pool(options);
    const auto photo = read_data(kSmall);
    std::vector<std::future<Result<Done>>> taken;
    {
        const Frozen frozen(pool);
        for (int i = 0; i < 3; ++i) taken.push_back(pool.start(enhance_job(photo)));
        auto refused = pool.start(enhance_job(photo));
        ASSERT_EQ(refused.wait_for(milliseconds(2'000)), std::future_status::ready);
        EXPECT_EQ(outcome(refused.get()), "service.busy");
        EXPECT_EQ(pool->stats().turned_away, 1U);
        EXPECT_TRUE(pool->turn_away_if_full());
        EXPECT_EQ(pool->stats().turned_away, 2U);
    }
    EXPECT_EQ(pool->stats().turned_away, 2U);
    for (auto& job : taken) EXPECT_EQ(outcome(job.get()), "ok");
    EXPECT_EQ(outcome(pool.run(enhance_job(photo))), "ok");
    EXPECT_FALSE(pool->turn_away_if_full());
}

TEST(WorkerPool, EndsAJobAtItsDeadlineAndGoesOn) {
    TestPool pool;
    const auto photo = read_data(kSmall);
    {
        const Frozen frozen(pool);
        Job job = enhance_job(photo);
        job.deadline = milliseconds(200);
        auto runs = pool.start(job);
        auto waits = pool.start(job);
        EXPECT_EQ(outcome(runs.get()), "worker.timeout");
        EXPECT_EQ(outcome(waits.get()), "worker.timeout");
    }
    EXPECT_EQ(outcome(pool.run(enhance_job(photo))), "ok");
    EXPECT_EQ(pool->stats().timed_out, 2U);
    EXPECT_EQ(pool->stats().died, 0U);
}

TEST(WorkerPool, CancelsWhatWaitsAndWhatRuns) {
    TestPool pool;
    const auto photo = read_data(kSmall);
    const Frozen frozen(pool);
    JobId running = 0;
    JobId waiting = 0;
    auto first = pool.start(enhance_job(photo), &running);
    auto second = pool.start(enhance_job(photo), &waiting);
    auto third = pool.start(enhance_job(photo));
    pool->cancel(waiting);
    EXPECT_EQ(outcome(second.get()), "run.cancelled");
    pool->cancel(running);
    EXPECT_EQ(outcome(first.get()), "run.cancelled");
    pool->cancel(running);
    pool->cancel(12'345);
    EXPECT_EQ(outcome(third.get()), "ok");  // by another worker, which was not frozen
}

TEST(WorkerPool, AnswersEverythingWhenItEnds) {
    TestPool pool;
    const auto photo = read_data(kSmall);
    std::vector<std::future<Result<Done>>> jobs;
    {
        const Frozen frozen(pool);
        for (int i = 0; i < 4; ++i) jobs.push_back(pool.start(enhance_job(photo)));
        pool.destroy_pool();
        for (auto& job : jobs) EXPECT_EQ(outcome(job.get()), "run.cancelled");
    }
}

TEST(WorkerPool, LeavesNoProcessBehind) {
    {
        PoolOptions options = one_worker();
        options.workers = 3;
        TestPool pool(options);
        pool.wait_until(3, 0);
        EXPECT_EQ(test::children().size(), 3U);
    }
    EXPECT_TRUE(test::children().empty());
}

TEST(WorkerPool, EndsItsWorkersWhenItsExecutorNeverRuns) {
    {
        boost::asio::io_context context;
        auto pool = Pool::create(context.get_executor(), one_worker());
        ASSERT_TRUE(pool) << pool.error().message();
        EXPECT_EQ(test::children().size(), 1U);
    }
    EXPECT_TRUE(test::children().empty());
}

TEST(WorkerPool, ReplacesAWorkerAfterItsJobs) {
    PoolOptions options = one_worker();
    options.jobs_per_worker = 1;
    TestPool pool(options);
    const auto photo = read_data(kSmall);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(outcome(pool.run(enhance_job(photo))), "ok");
    pool.wait_until(1, 0);
    EXPECT_EQ(pool->stats().started, 4U);
    EXPECT_EQ(pool->stats().died, 0U);
}

TEST(WorkerPool, ReplacesAWorkerThatKeepsMemory) {
    PoolOptions options = one_worker();
    options.kept_memory_bytes_per_worker = 1;
    TestPool pool(options);
    EXPECT_EQ(outcome(pool.run(enhance_job(read_data(kSmall)))), "ok");
    pool.wait_until(1, 0);
    EXPECT_EQ(pool->stats().started, 2U);
}

TEST(WorkerPool, V13_RefusesWhatIsLargerThanItsLimitBeforeDecoding) {
    TestPool pool;
    const auto photo = read_data(kSmall);
    Job job = enhance_job(photo);
    job.options.limits.max_file_bytes = photo.size() - 1;
    EXPECT_EQ(outcome(pool.run(job)), "image.too_large");
}

Result<std::unique_ptr<Pool>> create(const PoolOptions& options) {
    boost::asio::io_context context;
    auto pool = Pool::create(context.get_executor(), options);
    if (!pool) return std::unexpected(pool.error());
    return nullptr;
}

TEST(WorkerPool, DoesNotStartWithoutItsProgram) {
    EXPECT_EQ(outcome(create(one_worker("/no/such/limpid-worker"))), "worker.unavailable");
    EXPECT_EQ(outcome(create(one_worker("/bin/true"))), "worker.unavailable");
    EXPECT_EQ(outcome(create(one_worker("limpid-worker"))), "argument.invalid");
    PoolOptions options = one_worker();
    options.workers = 0;
    EXPECT_EQ(outcome(create(options)), "argument.invalid");
    options.workers = 257;
    EXPECT_EQ(outcome(create(options)), "argument.invalid");
}

TEST(WorkerPool, V23_DoesNotStartWithoutTheLayersItRequires) {
    PoolOptions options = one_worker();
    options.required.landlock_abi = 999;  // of no kernel
    const auto pool = create(options);
    ASSERT_EQ(outcome(pool), "worker.not_confined");
    EXPECT_NE(pool.error().found().find("landlock_abi 999"), std::string::npos);
    EXPECT_EQ(describe(ErrorCode::worker_not_confined).visibility, ErrorVisibility::operator_only);
    options = one_worker();
    options.namespaces = false;
    options.required.network_namespace = true;
    EXPECT_EQ(outcome(create(options)), "worker.not_confined");
}

}  // namespace
}  // namespace limpid::worker
