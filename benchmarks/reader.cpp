// The text reader and one score: on files in memory, on a folder of 5,000 files, and on one of 54,600 rows.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "headscore/reader.hpp"
#include "preference_scorer.hpp"
#include "rew_text.hpp"

namespace {

namespace fs = std::filesystem;
using headscore::Measurement;
using headscore::benchmarks::PreferenceScorer;
using headscore::benchmarks::rew_text;

headscore::ReadOptions without_phase() {
  headscore::ReadOptions options;
  options.phase = false;
  return options;
}

void ReadText(benchmark::State& state) {
  const std::string text = rew_text(static_cast<int>(state.range(0)), state.range(0) > 10000, 5.0);
  for (auto _ : state) benchmark::DoNotOptimize(headscore::parsed_measurement(text, "benchmark L.txt"));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(ReadText)->Name("ReadText/rows")->Arg(480)->Arg(956)->Arg(54600);

void ReadAndScore(benchmark::State& state) {
  const std::string text = rew_text(static_cast<int>(state.range(0)), state.range(0) > 10000, 5.0);
  PreferenceScorer score;
  for (auto _ : state) benchmark::DoNotOptimize(score(*headscore::parsed_measurement(text, "benchmark L.txt", without_phase()).response()));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(ReadAndScore)->Name("ReadAndScore/rows")->Arg(480)->Arg(956)->Arg(54600);

void ScoreCurve(benchmark::State& state) {
  const Measurement measurement = headscore::parsed_measurement(rew_text(956, false, 5.0), "benchmark L.txt");
  PreferenceScorer score;
  for (auto _ : state) benchmark::DoNotOptimize(score(*measurement.response()));
}
BENCHMARK(ScoreCurve)->Name("ScoreCurve/956");

/// 5,000 files of 956 rows in a folder, warm: 0 only reads the bytes, 1 reads measurements, 2 scores them too.
void Folder(benchmark::State& state) {
  const fs::path folder = fs::temp_directory_path() / ("headscore-bench-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  std::vector<fs::path> paths;
  for (int i = 0; i < 5000; ++i) {
    paths.push_back(folder / (std::to_string(i) + " L.txt"));
    std::ofstream(paths.back(), std::ios::binary) << rew_text(956, false, 3.0 + 0.001 * i);
  }
  std::int64_t bytes = 0;
  for (const fs::path& path : paths) bytes += static_cast<std::int64_t>(fs::file_size(path));
  PreferenceScorer score;
  std::string buffer;
  for (auto _ : state) {
    for (const fs::path& path : paths) {
      if (state.range(0) == 0) {
        std::FILE* file = std::fopen(path.c_str(), "rb");
        buffer.resize(1U << 17U);
        benchmark::DoNotOptimize(std::fread(buffer.data(), 1, buffer.size(), file));
        std::fclose(file);
      } else {
        const Measurement measurement = headscore::read_measurement(path, without_phase());
        if (state.range(0) == 2) benchmark::DoNotOptimize(score(*measurement.response()));
      }
    }
  }
  state.SetBytesProcessed(state.iterations() * bytes);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(paths.size()));
  fs::remove_all(folder);
}
BENCHMARK(Folder)->Name("Folder5000/step")->Arg(0)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->MinTime(1.0);

}  // namespace
