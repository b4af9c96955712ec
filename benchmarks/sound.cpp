// Recordings: a stereo sweep of 2^18 frames, its parts, and a folder of 200.
#include <benchmark/benchmark.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "dsp/deconvolution.hpp"
#include "dsp/fft.hpp"
#include "headscore/audio.hpp"
#include "headscore/pipeline.hpp"
#include "headscore/signal_sidecar.hpp"
#include "headscore/sweep.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;

constexpr Eigen::Index kFrames = Eigen::Index{1} << 18U;

SweepParameters sweep() {
  SweepParameters::Fields fields;
  fields.start_hz = 10.0;
  fields.stop_hz = 22000.0;
  fields.length_s = 4.4;
  fields.level_dbfs = -12.0;
  fields.silence_before_s = 0.3;
  fields.silence_after_s = 0.7;
  return SweepParameters(fields);
}

/// 2^18 frames, two channels, a little noise.
Eigen::ArrayXXd recording() {
  std::mt19937 random(1);
  Eigen::ArrayXXd samples = Eigen::ArrayXXd::Zero(kFrames, 2);
  const Eigen::ArrayXd played = sweep_clip(sweep()).samples().col(0);
  const Eigen::Index frames = std::min(kFrames, static_cast<Eigen::Index>(played.size()));
  for (const int channel : {0, 1}) {
    samples.col(channel).head(frames) = played.head(frames);
    for (Eigen::Index i = 0; i < kFrames; ++i)
      samples(i, channel) += 1e-4 * (static_cast<double>(random()) * 0x1.0p-31 - 1.0);
  }
  return samples;
}

/// A folder of `count` copies, written once.
fs::path folder_of(int count) {
  const fs::path folder = fs::temp_directory_path() / ("headscore_bench_sound_" + std::to_string(count));
  if (fs::exists(folder / "done.md")) return folder;
  fs::create_directories(folder);
  AudioClip::Fields fields;
  fields.sample_rate_hz = 48000.0;
  fields.samples = recording();
  const AudioClip clip(std::move(fields));
  for (int i = 0; i < count; ++i) write_audio(folder / ("Phone " + std::to_string(i) + ".wav"), clip);
  std::ofstream sidecar(folder / "sweep.json");
  write_signal_sidecar(sidecar, sweep());
  std::ofstream(folder / "done.md") << "\n";
  return folder;
}

void BM_Transform(benchmark::State& state) {
  const RealTransform<double> transform(fast_transform_size(static_cast<std::size_t>(state.range(0))));
  const std::vector<double> signal(static_cast<std::size_t>(state.range(0)), 0.3);
  for (auto _ : state) benchmark::DoNotOptimize(transform.forward(signal));
}
BENCHMARK(BM_Transform)
    ->Name("RealTransform/double")
    ->Arg(1 << 16)
    ->Arg(1 << 18)
    ->Arg(1 << 20)
    ->Unit(benchmark::kMillisecond);

void BM_TransformFloat(benchmark::State& state) {
  const RealTransform<float> transform(fast_transform_size(static_cast<std::size_t>(state.range(0))));
  const std::vector<float> signal(static_cast<std::size_t>(state.range(0)), 0.3F);
  for (auto _ : state) benchmark::DoNotOptimize(transform.forward(signal));
}
BENCHMARK(BM_TransformFloat)
    ->Name("RealTransform/float")
    ->Arg(1 << 16)
    ->Arg(1 << 18)
    ->Arg(1 << 20)
    ->Unit(benchmark::kMillisecond);

void BM_Tables(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(SweepAnalyser(sweep(), 48000.0, kFrames));
}
BENCHMARK(BM_Tables)->Name("SweepAnalyser/made")->Unit(benchmark::kMillisecond);

void BM_Division(benchmark::State& state) {
  const Eigen::ArrayXXd samples = recording();
  const Deconvolver deconvolver(reference_from(sweep(), 48000.0), kFrames);
  for (auto _ : state) benchmark::DoNotOptimize(deconvolver.deconvolved(samples.col(0)));
}
BENCHMARK(BM_Division)->Name("Deconvolver/one_channel")->Unit(benchmark::kMillisecond);

void BM_Analysis(benchmark::State& state) {
  const Eigen::ArrayXXd samples = recording();
  const SweepAnalyser analyser(sweep(), 48000.0, kFrames);
  for (auto _ : state) benchmark::DoNotOptimize(analyser.analysed(samples.col(0), 1));
}
BENCHMARK(BM_Analysis)->Name("SweepAnalyser/one_channel")->Unit(benchmark::kMillisecond);

void BM_Reading(benchmark::State& state) {
  const fs::path file = folder_of(1) / "Phone 0.wav";
  for (auto _ : state) benchmark::DoNotOptimize(read_audio(file));
}
BENCHMARK(BM_Reading)->Name("read_audio/stereo_24_bit")->Unit(benchmark::kMillisecond);

void BM_Recording(benchmark::State& state) {
  const fs::path file = folder_of(1) / "Phone 0.wav";
  for (auto _ : state) {
    const SoundReader reader({});  // as a process does: tables too
    benchmark::DoNotOptimize(reader.analysed(file, static_cast<int>(state.range(0))));
  }
}
BENCHMARK(BM_Recording)
    ->Name("SoundReader/stereo_recording/threads")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void BM_Folder(benchmark::State& state) {
  const std::vector<fs::path> files = found_files({folder_of(200)});
  for (auto _ : state) {
    const SoundReader reader({});
    benchmark::DoNotOptimize(read_files(files, {}, static_cast<int>(state.range(0)), &reader));
  }
  state.counters["recordings"] =
      benchmark::Counter(static_cast<double>(files.size()), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(BM_Folder)
    ->Name("read_files/200_recordings/threads")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kSecond)
    ->Iterations(1);

}  // namespace
}  // namespace headscore
