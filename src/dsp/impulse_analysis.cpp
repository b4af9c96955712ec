// An impulse response given as such: its windows and its noise come from the file itself.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <numbers>
#include <vector>

#include "dsp/decay.hpp"
#include "dsp/decibels.hpp"
#include "dsp/impulse_gate.hpp"
#include "dsp/recording_quality.hpp"
#include "headscore/sweep_analysis.hpp"

namespace headscore {
namespace {

/// The last quarter of an impulse response's file where it is noise: as loud, within 2 dB, in each of its four parts in
/// the mean and in the lowest octaves. Nothing where it still decays, or is silence.
Eigen::ArrayXd steady_tail(const Eigen::Ref<const Eigen::ArrayXd>& samples, Eigen::Index peak, double rate) {
  constexpr double kLeastS = 0.04;
  constexpr double kMostRatio = 1.6;
  constexpr Eigen::Index kParts = 4;
  const Eigen::Index frames = (samples.size() - peak) / 4;
  if (static_cast<double>(frames) < kLeastS * rate) return {};
  Eigen::ArrayXd tail = samples.tail(frames);
  Eigen::ArrayXd low = tail;
  const double share = 1.0 - std::exp(-2.0 * std::numbers::pi * 400.0 / rate);
  for (Eigen::Index i = 1; i < frames; ++i) low[i] = low[i - 1] + share * (tail[i] - low[i - 1]);
  for (const auto* signal : std::initializer_list<const Eigen::ArrayXd*>{&tail, &low}) {
    double least = std::numeric_limits<double>::infinity();
    double most = 0.0;
    for (Eigen::Index part = 0; part < kParts; ++part) {
      const double power = signal->segment(part * (frames / kParts), frames / kParts).square().mean();
      least = std::min(least, power);
      most = std::max(most, power);
    }
    // The low octaves are few: their power scatters more.
    if (!(least > 0.0) || most > (signal == &low ? 2.0 * kMostRatio : kMostRatio) * least) return {};
  }
  return tail;
}

}  // namespace

ChannelAnalysis impulse_analysed(const Eigen::Ref<const Eigen::ArrayXd>& samples, double sample_rate_hz, int channel,
                                 const SweepAnalysisOptions& options) {
  if (samples.size() < 16)
    throw Error("bad-recording", {}, fmt::format("{} frames", samples.size()), "an impulse response");
  Eigen::Index peak = 0;
  if (!(samples.abs().maxCoeff(&peak) > 0.0))
    throw Error("silent-channel", {}, fmt::format("channel {}: silence", channel), "an impulse response");
  std::vector<double> buffer(samples.begin(), samples.end());
  const double length_s = static_cast<double>(samples.size()) / sample_rate_hz;
  const ImpulsePyramid own(buffer, peak, peak, samples.size() - peak, sample_rate_hz);
  GateLimits limits;
  // Before the file's first sample there is silence: the window may reach into it.
  limits.before_s = limits.before_lowest_s = std::max(0.1, static_cast<double>(peak) / sample_rate_hz);
  limits.behind_s = std::max(2.0 / sample_rate_hz, length_s - static_cast<double>(peak + 1) / sample_rate_hz);
  // Below two periods in the window a response cannot be told.
  const Band band{std::max(10.0, 2.0 / limits.behind_s), 0.96 * 0.5 * sample_rate_hz};
  if (band.stop_hz < 2.0 * band.start_hz)
    throw Error("bad-recording", {}, fmt::format("an impulse response of {:.1f} ms", 1e3 * length_s),
                "one long enough for an octave");
  TransformSet transforms;
  const Eigen::ArrayXd tail_noise = steady_tail(samples, peak, sample_rate_hz);
  const NoiseDensity noise({tail_noise.data(), static_cast<std::size_t>(tail_noise.size())}, sample_rate_hz,
                           transforms);
  const LogGrid grid = LogGrid::per_octave(options.points_per_octave, band);
  const auto whole_file = [&] {
    return given_gates({ImpulseWindow::Kind::kFixed, limits.before_s, limits.behind_s, 0.0}, band, limits);
  };
  std::vector<OctaveGate> gates;
  if (options.window.kind != ImpulseWindow::Kind::kAutomatic) {
    gates = given_gates(options.window, band, limits);
  } else {
    gates = noise.known() ? chosen_gates(own, noise, band, band.stop_hz, limits, transforms) : whole_file();
  }
  const GatedResponse gated = gated_response(own, noise, gates, grid.frequency_hz(), transforms);
  ChannelAnalysis result{channel,
                         ImpulseResponse(sample_rate_hz, samples, peak),
                         FrequencyResponse(grid.frequency_hz(), gated.response),
                         20.0 * gated.response.abs().max(1e-20).log10() + options.full_scale_spl_db.value_or(0.0),
                         options.full_scale_spl_db.has_value(),
                         std::nullopt,
                         std::nullopt,
                         gates};
  if (noise.known()) {
    result.snr_db = (20.0 * (gated.response.abs().max(1e-20) / gated.noise.max(1e-20)).log10()).eval();
    judge_response_noise(*result.snr_db, grid.frequency_hz(), channel, result.warnings);
  }
  result.inverted = samples[peak] < 0.0;
  const Eigen::Index tail = std::max<Eigen::Index>(1, samples.size() / 10);
  const double power = samples.tail(tail).square().mean();
  result.peak_to_noise_db = db(std::abs(samples[peak])) - 10.0 * std::log10(std::max(power, 1e-40));
  result.rt30_s = rt30_s(samples.tail(samples.size() - peak), power, sample_rate_hz);
  return result;
}

}  // namespace headscore
