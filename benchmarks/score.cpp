// One product scored, from its measurements to an outcome: preference, scientific validity, analysis and curves.
#include <benchmark/benchmark.h>

#include <string>
#include <utility>
#include <vector>

#include "headscore/pipeline.hpp"
#include "headscore/policy_library.hpp"
#include "headscore/reader.hpp"
#include "rew_text.hpp"

namespace {

/// Left and right with `seats` seats each, 480 rows a file.
headscore::Product product(int seats) {
  std::vector<headscore::FileOutcome> files;
  for (const char* channel : {"L", "R"}) {
    for (int seat = 1; seat <= seats; ++seat) {
      const std::string name = std::string("Benchmark ") + channel + (seats == 1 ? "" : std::to_string(seat)) + ".txt";
      const double shape = 5.0 + 0.2 * seat + (*channel == 'L' ? 0.0 : 0.1);
      files.push_back(
          {name, headscore::parsed_measurement(headscore::benchmarks::rew_text(480, false, shape), name), {}});
    }
  }
  return headscore::grouped(std::move(files)).front();
}

void ScoreProduct(benchmark::State& state) {
  const headscore::Product measured = product(static_cast<int>(state.range(0)));
  headscore::ScoreOptions options;
  options.policy = headscore::bundled_policy("audioreview-2026");
  options.form = headscore::FormFactor::kOverEar;
  options.bootstrap_replicates = static_cast<int>(state.range(1));
  for (auto _ : state) benchmark::DoNotOptimize(headscore::scored(measured, options));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ScoreProduct)
    ->Name("ScoreProduct/seats/redraws")
    ->Args({1, 0})
    ->Args({1, 200})
    ->Args({5, 0})
    ->Args({5, 200})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
