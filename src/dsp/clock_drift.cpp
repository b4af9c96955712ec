#include "dsp/clock_drift.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "dsp/fft.hpp"

namespace headscore {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kNotMinimumPhaseS =
    4e-6;  ///< slope of the excess delay that band limits and reflections leave, per unit of ln f

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Median of the slopes of all pairs of points from `first` on (Theil and Sen).
double median_slope(const std::vector<double>& x, const std::vector<double>& y, std::size_t first, std::size_t count) {
  std::vector<double> slopes;
  for (std::size_t i = first; i < first + count; ++i) {
    for (std::size_t k = i + 1; k < first + count; ++k) slopes.push_back((y[k] - y[i]) / (x[k] - x[i]));
  }
  return median(std::move(slopes));
}

/// Whether the slope is about the same in each third of the points.
bool is_line(const std::vector<double>& x, const std::vector<double>& y, double slope) {
  constexpr double kMostDifference = 0.6;
  const std::size_t count = x.size() / 3;
  for (const std::size_t first : {std::size_t{0}, (x.size() - count) / 2, x.size() - count}) {
    const double own = median_slope(x, y, first, count);
    if (std::abs(own - slope) > kMostDifference * std::abs(slope) + 3.0 * kNotMinimumPhaseS) return false;
  }
  return true;
}

/// Leaves out the thirds that are 40 dB below the loudest: a small driver has no bass, and the delay of noise jumps.
void drop_silent(const std::vector<double>& power, std::vector<double>& log_f, std::vector<double>& delay_s) {
  constexpr double kLeast = 1e-4;
  if (power.empty()) return;
  const double least = kLeast * *std::max_element(power.begin(), power.end());
  std::size_t kept = 0;
  for (std::size_t i = 0; i < power.size(); ++i) {
    if (power[i] < least) continue;
    log_f[kept] = log_f[i];
    delay_s[kept++] = delay_s[i];
  }
  log_f.resize(kept);
  delay_s.resize(kept);
}

/// exp(i phi), phi the minimum phase of |spectrum|, held at its band's ends outside of the band.
std::vector<std::complex<double>> minimum_phase(const std::vector<std::complex<double>>& spectrum,
                                                const RealTransform<double>& transform, std::size_t low,
                                                std::size_t high) {
  std::vector<std::complex<double>> logarithm(spectrum.size());
  for (std::size_t k = 0; k < spectrum.size(); ++k)
    logarithm[k] = 0.5 * std::log(std::max(std::norm(spectrum[std::clamp(k, low, high)]), 1e-60));
  std::vector<double> cepstrum = transform.inverse(logarithm);
  const std::size_t half = cepstrum.size() / 2;
  for (std::size_t n = 1; n < half; ++n) cepstrum[n] *= 2.0;
  std::fill(cepstrum.begin() + static_cast<std::ptrdiff_t>(half) + 1, cepstrum.end(), 0.0);
  std::vector<std::complex<double>> turned = transform.forward(cepstrum);
  for (std::complex<double>& value : turned) value = std::polar(1.0, value.imag());
  return turned;
}

}  // namespace

ExcessSpectrum excess_spectrum(const ImpulsePyramid& impulse, const SweepCourse& course, const Band& band,
                               TransformSet& transforms) {
  const double before_s = std::min(0.1, 0.25 * course.rate_constant_s * std::log(2.0));
  const Eigen::ArrayXd samples = windowed(impulse, before_s, 0.15);
  const RealTransform<double>& transform =
      transforms.of_size(fast_transform_size(static_cast<std::size_t>(samples.size()) * 2));
  ExcessSpectrum result{transform.forward({samples.data(), static_cast<std::size_t>(samples.size())}),
                        impulse.sample_rate_hz() / static_cast<double>(transform.size())};
  const std::vector<std::complex<double>> minimum =
      minimum_phase(result.values, transform, result.bin(band.start_hz), result.bin(band.stop_hz / 1.05));
  // The window's first sample lies before time zero.
  const double turn_rad = 2.0 * kPi * static_cast<double>(window_before_frames(before_s, impulse.sample_rate_hz())) /
                          static_cast<double>(transform.size());
  for (std::size_t k = 0; k < result.values.size(); ++k)
    result.values[k] *= std::conj(minimum[k]) * std::polar(1.0, turn_rad * static_cast<double>(k));
  return result;
}

std::size_t ExcessSpectrum::bin(double frequency_hz) const {
  return std::min(values.size() - 2, static_cast<std::size_t>(std::ceil(frequency_hz / step_hz)));
}

std::optional<DelayCourse> excess_delay_course(const ExcessSpectrum& excess, const SweepCourse& course,
                                               const Band& band) {
  std::vector<double> log_f;
  std::vector<double> delay_s;
  std::vector<double> power;
  constexpr double kThird = 1.2599210498948732;
  const double lowest_hz = std::max(4.0 * band.start_hz, 300.0);
  const double highest_hz = std::min(band.stop_hz / 1.6, 10000.0);
  double low = lowest_hz;
  while (low * kThird <= highest_hz) {
    std::complex<double> turn = 0.0;
    double sum = 0.0;
    for (std::size_t k = excess.bin(low); k < excess.bin(low * kThird); ++k) {
      const std::complex<double> here = excess.values[k];
      const std::complex<double> next = excess.values[k + 1];
      const double size = std::abs(next) * std::abs(here);
      if (size > 0.0) turn += next * std::conj(here) / std::sqrt(size);
      sum += std::norm(here);
    }
    power.push_back(sum / static_cast<double>(excess.bin(low * kThird) - excess.bin(low) + 1));
    log_f.push_back(std::log(low * std::sqrt(kThird)));
    delay_s.push_back(-std::arg(turn) / (2.0 * kPi * excess.step_hz));
    low *= kThird;
  }
  drop_silent(power, log_f, delay_s);
  if (log_f.size() < 8) return std::nullopt;
  DelayCourse result;
  const double slope = median_slope(log_f, delay_s, 0, log_f.size());
  result.is_line = is_line(log_f, delay_s, slope);
  std::vector<double> rest;
  rest.reserve(log_f.size());
  for (std::size_t i = 0; i < log_f.size(); ++i) rest.push_back(delay_s[i] - slope * log_f[i]);
  const double centre = median(rest);
  std::vector<double> deviations;
  deviations.reserve(rest.size());
  for (const double value : rest) deviations.push_back(std::abs(value - centre));
  const double sigma_s = 1.4826 * median(deviations);
  const double spread = (log_f.back() - log_f.front()) / std::sqrt(12.0);
  result.drift.basis = ClockDrift::Basis::kExcessDelay;
  result.drift.ppm = 1e6 * slope / course.rate_constant_s;
  const double statistical_s = sigma_s / (spread * std::sqrt(static_cast<double>(log_f.size())));
  result.drift.uncertainty_ppm = 1e6 * std::hypot(statistical_s, kNotMinimumPhaseS) / course.rate_constant_s;
  // From third to third a clock's drift is one small step, always the same; lost samples are one large step.
  std::vector<double> steps;
  for (std::size_t i = 1; i < delay_s.size(); ++i) steps.push_back(delay_s[i] - delay_s[i - 1]);
  const double usual = median(steps);
  for (double& step : steps) step = std::abs(step - usual);
  result.usual_jump_s = median(steps);
  const auto largest = std::max_element(steps.begin(), steps.end());
  result.largest_jump_s = *largest;
  const auto at = static_cast<std::size_t>(largest - steps.begin());
  result.largest_jump_hz = std::exp(0.5 * (log_f[at] + log_f[at + 1]));
  return result;
}

}  // namespace headscore
