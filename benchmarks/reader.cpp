// The text reader and one score: on files in memory, on a folder of 5,000 files, and on one of 54,600 rows.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "headscore/interpolation.hpp"
#include "headscore/reader.hpp"
#include "headscore/scoring_model.hpp"
#include "headscore/target_library.hpp"

namespace {

namespace fs = std::filesystem;
using headscore::Curve;
using headscore::Measurement;

/// A file as REW writes it: `rows` rows from 20 Hz to 20 kHz, level with some shape, phase.
std::string rew_text(int rows, bool linear, double shape) {
  std::string text =
      "* Measurement data measured by REW V5.31.3\n* Source: benchmark\n* Format: 256k Log Swept Sine\n* Dated: Jan 1, 2026\n* REW Settings:\n"
      "*  C-weighting compensation: Off\n*  Target level: 75.0 dB\n* Note: \n* Measurement: benchmark L\n* Smoothing: 1/12 octave\n*\n* Freq(Hz) SPL(dB) Phase(degrees)\n";
  for (int i = 0; i < rows; ++i) {
    const double share = static_cast<double>(i) / (rows - 1);
    const double f = linear ? 20.0 + 19980.0 * share : 20.0 * std::pow(1000.0, share);
    char line[64];
    std::snprintf(line, sizeof line, "%.6f %.3f %.4f\n", f, 90.0 + shape * std::sin(12.0 * share), 170.0 * std::cos(40.0 * share));
    text += line;
  }
  return text;
}

headscore::ReadOptions without_phase() {
  headscore::ReadOptions options;
  options.phase = false;
  return options;
}

/// The preference under AutoEq's convention, the interpolation prepared once per frequency axis.
class Scorer {
 public:
  double operator()(const Curve& response) {
    const auto known = plans_.find(response.size());
    if (known == plans_.end() || !known->second.fits(response.frequency_hz())) {
      plans_.insert_or_assign(response.size(),
                              headscore::InterpolationPlan(response.frequency_hz(), grid_.frequency_hz(), headscore::Extrapolation::kEndSegments));
    }
    return headscore::value_of(model_, Curve(grid_.frequency_hz(), plans_.at(response.size()).applied(response.magnitude_db()) - target_.magnitude_db()));
  }

 private:
  const headscore::ScoringModel& model_ = headscore::scoring_model("autoeq-oe");
  headscore::LogGrid grid_ = headscore::LogGrid::autoeq();
  Curve target_ = headscore::interpolated(headscore::bundled_target("harman-oe-2018").curve(), grid_, headscore::Extrapolation::kEndSegments);
  std::map<Eigen::Index, headscore::InterpolationPlan> plans_;
};

void ReadText(benchmark::State& state) {
  const std::string text = rew_text(static_cast<int>(state.range(0)), state.range(0) > 10000, 5.0);
  for (auto _ : state) benchmark::DoNotOptimize(headscore::parsed_measurement(text, "benchmark L.txt"));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(ReadText)->Name("ReadText/rows")->Arg(480)->Arg(956)->Arg(54600);

void ReadAndScore(benchmark::State& state) {
  const std::string text = rew_text(static_cast<int>(state.range(0)), state.range(0) > 10000, 5.0);
  Scorer score;
  for (auto _ : state) benchmark::DoNotOptimize(score(*headscore::parsed_measurement(text, "benchmark L.txt", without_phase()).response()));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(ReadAndScore)->Name("ReadAndScore/rows")->Arg(480)->Arg(956)->Arg(54600);

void ScoreCurve(benchmark::State& state) {
  const Measurement measurement = headscore::parsed_measurement(rew_text(956, false, 5.0), "benchmark L.txt");
  Scorer score;
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
  Scorer score;
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
