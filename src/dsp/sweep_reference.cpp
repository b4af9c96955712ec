#include "dsp/sweep_reference.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "headscore/error.hpp"
#include "headscore/sweep.hpp"

namespace headscore {
namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

}  // namespace

double SweepCourse::frequency_hz(double t_s) const { return start_hz * std::exp(t_s / rate_constant_s); }
double SweepCourse::time_s(double frequency_hz) const { return rate_constant_s * std::log(frequency_hz / start_hz); }

SweepReference reference_from(const SweepParameters& parameters, double sample_rate_hz) {
  SweepParameters::Fields fields = parameters.fields();
  SweepReference reference;
  reference.sample_rate_hz = sample_rate_hz;
  if (fields.sample_rate_hz == sample_rate_hz) {
    reference.samples = sweep_samples(parameters);
    reference.period_frames = fields.repeats > 1 ? parameters.period_frames() : 0;
  } else {
    if (fields.stop_hz > 0.5 * sample_rate_hz) {
      throw Error("sample-rate", {},
                  "a sweep to " + number(fields.stop_hz) + " Hz and a recording at " + number(sample_rate_hz) + " Hz",
                  "a recording at a rate of at least twice the sweep's highest frequency");
    }
    const double period_s = static_cast<double>(parameters.period_frames()) / fields.sample_rate_hz;
    reference.period_frames =
        fields.repeats > 1 ? static_cast<Eigen::Index>(std::llround(period_s * sample_rate_hz)) : 0;
    fields.sample_rate_hz = sample_rate_hz;
    reference.samples = sweep_samples(SweepParameters(fields));
  }
  reference.course = {fields.start_hz, fields.stop_hz, parameters.rate_constant_s()};
  reference.amplitude = parameters.amplitude();
  reference.repeats = fields.repeats;
  if (fields.channels > 1 && fields.channel > 0) reference.channel = fields.channel;
  return reference;
}

Band unfaded_band(const SweepReference& reference) {
  constexpr double kLeastAtStart = 0.985;
  constexpr double kLeastAtEnd = 0.997;
  constexpr double kLeastHalfS = 0.001;
  const double rate = reference.sample_rate_hz;
  const Eigen::Index n = reference.samples.size();
  Eigen::ArrayXd sums(n + 1);
  sums[0] = 0.0;
  for (Eigen::Index i = 0; i < n; ++i) sums[i + 1] = sums[i] + reference.samples[i] * reference.samples[i];
  // rms over two periods about a sample, whole inside of the sweep
  const auto is_steady = [&](Eigen::Index i, double least) {
    const double half_s = std::max(kLeastHalfS, 1.0 / reference.course.frequency_hz(static_cast<double>(i) / rate));
    const auto half = static_cast<Eigen::Index>(half_s * rate);
    if (i < half || i + half >= n) return false;
    const double power = (sums[i + half] - sums[i - half]) / static_cast<double>(2 * half);
    return std::sqrt(2.0 * power) >= least * reference.amplitude;
  };
  const auto step = std::max<Eigen::Index>(1, static_cast<Eigen::Index>(0.0005 * rate));
  Eigen::Index first = 0;
  while (first < n && !is_steady(first, kLeastAtStart)) first += step;
  Eigen::Index last = n - 1;
  while (last > first && !is_steady(last, kLeastAtEnd)) last -= step;
  if (first >= last) return {reference.course.start_hz, reference.course.stop_hz};
  const auto frequency_hz = [&](Eigen::Index i) {
    return reference.course.frequency_hz(static_cast<double>(i) / rate);
  };
  const auto edge = 2 * step;
  // A period of grace at the ends: the mean over two of them cannot be whole there.
  const auto half = static_cast<Eigen::Index>(rate / reference.course.start_hz);
  return {first <= half + edge ? reference.course.start_hz : frequency_hz(first),
          last >= n - 1 - static_cast<Eigen::Index>(kLeastHalfS * rate) - edge ? reference.course.stop_hz
                                                                               : frequency_hz(last)};
}

SweepReference cut_sweep(const SweepReference& whole, Eigen::Index first_frames, Eigen::Index last_frames) {
  SweepReference part = whole;
  part.samples = whole.samples.segment(first_frames, whole.samples.size() - first_frames - last_frames);
  const auto seconds = [&](Eigen::Index frames) { return static_cast<double>(frames) / whole.sample_rate_hz; };
  part.course.start_hz = whole.course.frequency_hz(seconds(first_frames));
  if (last_frames > 0)
    part.course.stop_hz =
        std::min(whole.course.stop_hz, whole.course.frequency_hz(seconds(whole.samples.size() - last_frames)));
  return part;
}

}  // namespace headscore
