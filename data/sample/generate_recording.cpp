// Makes the sample recording of this folder: a sweep as a simulated headphone, microphone and recorder give it back.
//
//     generate_recording OUTPUT_FOLDER [COMMITTED_FOLDER]
//
// With COMMITTED_FOLDER the sound made is compared with that in it, sample for sample; the exit status is 1 when one
// differs.
//
// How, for each of two channels: the sweep of sweep.json at the recorder's own times, whose clock is 120 ppm fast; the
// second and third harmonic that a driver adds, more of them in the bass, each left out where it would pass 20 kHz; the
// headphone (second-order sections, the right channel a little different); white noise at -86 dBFS rms; rounding to 16
// bits. All that a measurement should find is a constant below.
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "headscore/audio.hpp"
#include "headscore/signal_sidecar.hpp"
#include "headscore/test_signal.hpp"

namespace {

using headscore::AudioClip;
using headscore::SweepParameters;

constexpr double kPi = 3.14159265358979323846;
constexpr double kRate = 48000.0;
constexpr double kDriftPpm = 120.0;
constexpr double kNoiseRms = 5e-5;
constexpr double kSecondRatio = 0.0010;  ///< at 1 kHz, before the headphone's filter
constexpr double kThirdRatio = 0.0006;
constexpr double kDelay_s = 0.0021;

/// SplitMix64 (Steele, Lea, Flood 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  double normal() {
    double sum = -6.0;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }

 private:
  double uniform() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return static_cast<double>((z ^ (z >> 31U)) >> 11U) * 0x1.0p-53;
  }
  std::uint64_t state_;
};

/// A bell or a high-pass (Bristow-Johnson's cookbook), in the samples.
class Section {
 public:
  static Section bell(double hz, double gain_db, double q) {
    const double a = std::pow(10.0, gain_db / 40.0);
    const double w = 2.0 * kPi * hz / kRate;
    const double alpha = std::sin(w) / (2.0 * q);
    return {1.0 + alpha * a, -2.0 * std::cos(w), 1.0 - alpha * a, 1.0 + alpha / a, -2.0 * std::cos(w), 1.0 - alpha / a};
  }
  static Section high_pass(double hz, double q) {
    const double w = 2.0 * kPi * hz / kRate;
    const double alpha = std::sin(w) / (2.0 * q);
    const double c = std::cos(w);
    return {0.5 * (1.0 + c), -(1.0 + c), 0.5 * (1.0 + c), 1.0 + alpha, -2.0 * c, 1.0 - alpha};
  }
  void filter(Eigen::ArrayXd& x) const {
    double z1 = 0.0;
    double z2 = 0.0;
    for (double& sample : x) {
      const double out = b0_ * sample + z1;
      z1 = b1_ * sample - a1_ * out + z2;
      z2 = b2_ * sample - a2_ * out;
      sample = out;
    }
  }

 private:
  Section(double b0, double b1, double b2, double a0, double a1, double a2)
      : b0_(b0 / a0), b1_(b1 / a0), b2_(b2 / a0), a1_(a1 / a0), a2_(a2 / a0) {}
  double b0_, b1_, b2_, a1_, a2_;
};

SweepParameters sweep() {
  SweepParameters::Fields fields;
  fields.sample_rate_hz = kRate;
  fields.start_hz = 10.0;
  fields.stop_hz = 22000.0;
  fields.length_s = 3.0;
  fields.level_dbfs = -16.0;
  fields.silence_before_s = 0.25;
  fields.silence_after_s = 0.75;
  return SweepParameters(fields);
}

/// What the driver does to the sweep, at the recorder's times.
Eigen::ArrayXd driven(const SweepParameters& played) {
  const SweepParameters::Fields& fields = played.fields();
  const double rate = kRate * (1.0 + 1e-6 * kDriftPpm);
  const double length_s = static_cast<double>(played.sweep_frames()) / kRate;
  const auto rise = [](double u) { return u >= 1.0 ? 1.0 : 0.5 - 0.5 * std::cos(kPi * u); };
  Eigen::ArrayXd x = Eigen::ArrayXd::Zero(static_cast<Eigen::Index>(played.frames()));
  for (Eigen::Index i = 0; i < x.size(); ++i) {
    const double t = static_cast<double>(i) / rate - fields.silence_before_s - kDelay_s;
    if (t < 0.0 || t >= length_s) continue;
    const double f = played.frequency_hz(t);
    const double phase = played.phase_rad(t);
    const double bass = 1.0 + 80.0 / f;
    double sound = std::sin(phase);
    if (2.0 * f < 20000.0) sound += kSecondRatio * bass * rise((20000.0 - 2.0 * f) / 500.0) * std::cos(2.0 * phase);
    if (3.0 * f < 20000.0) sound += kThirdRatio * bass * rise((20000.0 - 3.0 * f) / 500.0) * std::sin(3.0 * phase);
    x[i] = played.amplitude() * sound * rise(t / fields.fade_in_s) * rise((length_s - t) / fields.fade_out_s);
  }
  return x;
}

Eigen::ArrayXd heard(const SweepParameters& played, bool right, Random& random) {
  Eigen::ArrayXd x = driven(played);
  const double own = right ? 0.4 : -0.4;  // dB
  for (const Section& section :
       {Section::high_pass(7.0, 0.7), Section::bell(55.0, 4.0, 0.6), Section::bell(260.0, -1.5 + own, 0.9),
        Section::bell(2900.0, 11.0 - own, 1.2), Section::bell(5200.0, -2.5, 3.0),
        Section::bell(9300.0, -6.0 + own, 2.5), Section::bell(15000.0, -7.0, 1.5)}) {
    section.filter(x);
  }
  for (double& sample : x) sample += kNoiseRms * random.normal();
  return x;
}

void write(const std::filesystem::path& folder, const SweepParameters& played, const AudioClip& clip) {
  std::filesystem::create_directories(folder);
  std::ofstream sidecar(folder / "sweep.json", std::ios::binary);
  headscore::write_signal_sidecar(sidecar, played);
  std::ofstream about(folder / "headscore.json", std::ios::binary);
  about << "{\"form\": \"over-ear\", \"rig\": \"gras-45ca\", \"level_spl_db\": 94}\n";
  sidecar.close();
  about.close();
  if (!sidecar || !about) throw std::runtime_error("cannot write into " + folder.string());
  write_audio(folder / "Sample Recorded.flac", clip,
              {headscore::AudioContainer::kFlac, headscore::SampleFormat::kInt16});
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2 && argc != 3) throw std::runtime_error("usage: generate_recording OUTPUT_FOLDER [COMMITTED_FOLDER]");
  const SweepParameters played = sweep();
  Random random(20250801);
  AudioClip::Fields fields;
  fields.sample_rate_hz = kRate;
  fields.samples.resize(static_cast<Eigen::Index>(played.frames()), 2);
  for (const int channel : {0, 1}) fields.samples.col(channel) = heard(played, channel == 1, random);
  const std::filesystem::path folder = argv[1];
  write(folder, played, AudioClip(std::move(fields)));
  if (argc == 2) return 0;
  const std::filesystem::path committed = argv[2];
  const bool same = (headscore::read_audio(folder / "Sample Recorded.flac").samples() ==
                     headscore::read_audio(committed / "Sample Recorded.flac").samples())
                        .all();
  if (!same) std::fprintf(stderr, "Sample Recorded.flac differs from the one in %s\n", committed.c_str());
  return same ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 2;
}
