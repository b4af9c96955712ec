#include "headscore/tones.hpp"

#include <cmath>
#include <numbers>
#include <utility>

#include "headscore/error.hpp"
#include "headscore/sweep.hpp"

namespace headscore {

Eigen::ArrayXd tone_samples(const ToneParameters& parameters, std::size_t tone) {
  const ToneParameters::Fields& fields = parameters.fields();
  const double turns_per_frame = fields.tones.at(tone).frequency_hz / fields.sample_rate_hz;
  const double amplitude = std::pow(10.0, fields.tones[tone].level_dbfs / 20.0);
  Eigen::ArrayXd samples(static_cast<Eigen::Index>(parameters.tone_frames()));
  for (Eigen::Index k = 0; k < samples.size(); ++k) {
    const double turns = turns_per_frame * static_cast<double>(k);
    samples[k] = amplitude * std::sin(2.0 * std::numbers::pi * (turns - std::floor(turns)));
  }
  const Eigen::Index fade = std::llround(fields.fade_s * fields.sample_rate_hz);
  return faded(std::move(samples), fade, fade);
}

AudioClip tone_clip(const ToneParameters& parameters) {
  const ToneParameters::Fields& fields = parameters.fields();
  Eigen::ArrayXXd samples = Eigen::ArrayXXd::Zero(static_cast<Eigen::Index>(parameters.frames()), fields.channels);
  for (std::size_t tone = 0; tone < fields.tones.size(); ++tone) {
    const Eigen::ArrayXd one = tone_samples(parameters, tone);
    for (int channel = 1; channel <= fields.channels; ++channel) {
      if (fields.channel != 0 && fields.channel != channel) continue;
      samples.col(channel - 1).segment(static_cast<Eigen::Index>(parameters.first_frame(tone)), one.size()) = one;
    }
  }
  return AudioClip({.sample_rate_hz = fields.sample_rate_hz, .samples = std::move(samples)});
}

std::vector<double> stepped_frequencies(double points_per_octave, const Band& band) {
  if (!(points_per_octave > 0.0 && points_per_octave <= 96.0)) {
    throw Error("bad-tones", {}, "steps of " + std::to_string(points_per_octave) + " points per octave",
                "more than 0 and at most 96");
  }
  if (!(band.start_hz > 0.0 && band.stop_hz >= band.start_hz && std::isfinite(band.stop_hz))) {
    throw Error("bad-tones", {},
                "tones from " + std::to_string(band.start_hz) + " to " + std::to_string(band.stop_hz) + " Hz",
                "a stop at or above the start, above 0 Hz");
  }
  constexpr double kSlack = 1e-9;  // the ends count though they are rounded
  std::vector<double> frequencies_hz;
  const double first = std::ceil(std::log2(band.start_hz / 1000.0) * points_per_octave - kSlack);
  const double last = std::floor(std::log2(band.stop_hz / 1000.0) * points_per_octave + kSlack);
  for (double step = first; step <= last; step += 1.0)
    frequencies_hz.push_back(1000.0 * std::exp2(step / points_per_octave));
  if (frequencies_hz.empty()) {
    throw Error("bad-tones", {}, "a band without a step of 1000 Hz x 2^(k/n)",
                "a wider band or more points per octave");
  }
  return frequencies_hz;
}

}  // namespace headscore
