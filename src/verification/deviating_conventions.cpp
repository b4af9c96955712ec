#include "verification/deviating_conventions.hpp"

#include <algorithm>
#include <cmath>

#include "dsp/autoeq.hpp"
#include "headscore/interpolation.hpp"

namespace headscore {
namespace {

/// AutoEq's digits of Olive, Welti, Khonsaripour (AES paper 9919), which the tools took over; ResponseRank has the
/// printed ones.
constexpr double kIntercept = 114.490443008238;
constexpr double kPerDeviation = 12.62;
constexpr double kPerSlope = 15.5163857197367;
constexpr Band kOverEarBand{50.0, 10000.0};
constexpr Band kInEarBand{20.0, 10000.0};

double population_sd(const Eigen::ArrayXd& levels) { return std::sqrt((levels - levels.mean()).square().mean()); }

double slope(const Eigen::ArrayXd& x, const Eigen::ArrayXd& levels) {
  const Eigen::ArrayXd centred = x - x.mean();
  return (centred * (levels - levels.mean())).sum() / centred.square().sum();
}

Curve inside(const Curve& curve, const Band& band) { return Curve(restricted(curve, band).value_or(curve)); }

/// The error on AutoEq's preferred numbers inside the band.
Curve r40_error(const Curve& response, const Curve& target, const Band& band) {
  const LogGrid grid = LogGrid::autoeq();
  const Curve error = difference(interpolated(response, grid, Extrapolation::kEndSegments),
                                 interpolated(target, grid, Extrapolation::kEndSegments));
  return inside(interpolated(error, r40_frequencies_hz(), Extrapolation::kEndSegments), band);
}

double rust_autoeq(const Curve& response, const Curve& target) {
  const Curve error = r40_error(response, target, kOverEarBand);
  const double per_octave = slope(error.frequency_hz().log() / std::log(2.0), error.magnitude_db());
  return kIntercept - kPerDeviation * population_sd(error.magnitude_db()) - kPerSlope * std::abs(per_octave);
}

double log10_slope(const Curve& response, const Curve& target) {
  const Curve error = r40_error(response, target, kOverEarBand);
  const double per_decade = slope(error.frequency_hz().log10(), error.magnitude_db());
  return kIntercept - kPerDeviation * population_sd(error.magnitude_db()) - kPerSlope * std::abs(per_decade);
}

/// Linear over frequency in Hz, held at the ends: how ResponseRank goes from one axis to another.
double linear_at(const Eigen::ArrayXd& x, const Eigen::ArrayXd& y, double at) {
  const Eigen::Index n = x.size();
  if (at <= x[0]) return y[0];
  if (at >= x[n - 1]) return y[n - 1];
  const double* const right = std::upper_bound(x.data(), x.data() + n, at);
  const Eigen::Index i = right - x.data();
  return y[i - 1] + (y[i] - y[i - 1]) * (at - x[i - 1]) / (x[i] - x[i - 1]);
}

/// Means of power over thirds of an octave about 20 * 2^(k/3) Hz, from amplitudes that are linear over Hz between the
/// rows; 10,000 points equally spaced in log frequency. Linear over Hz between the centres.
Eigen::ArrayXd third_octaves(const Eigen::ArrayXd& f, const Eigen::ArrayXd& levels_db) {
  constexpr Eigen::Index kPoints = 10000;
  constexpr Eigen::Index kCentres = 30;
  const Eigen::ArrayXd amplitude = (levels_db * (std::log(10.0) / 20.0)).exp();
  const double step = std::log(f[f.size() - 1] / f[0]) / static_cast<double>(kPoints - 1);
  Eigen::ArrayXd sum = Eigen::ArrayXd::Zero(kCentres);
  Eigen::ArrayXd count = Eigen::ArrayXd::Zero(kCentres);
  for (Eigen::Index i = 0; i < kPoints; ++i) {
    const double at = f[0] * std::exp(step * static_cast<double>(i));
    const auto band = static_cast<Eigen::Index>(std::floor(3.0 * std::log2(at / 20.0) + 0.5));
    if (band < 0 || band >= kCentres) continue;
    const double a = linear_at(f, amplitude, at);
    sum[band] += a * a;
    count[band] += 1.0;
  }
  Eigen::ArrayXd centres(kCentres);
  Eigen::ArrayXd means(kCentres);
  Eigen::Index used = 0;
  for (Eigen::Index k = 0; k < kCentres; ++k) {
    if (count[k] == 0.0) continue;
    centres[used] = 20.0 * std::exp2(static_cast<double>(k) / 3.0);
    means[used++] = 10.0 * std::log10(sum[k] / count[k]);
  }
  if (used < 2) return levels_db;
  Eigen::ArrayXd smooth(f.size());
  for (Eigen::Index i = 0; i < f.size(); ++i) {
    const bool in = f[i] >= centres[0] && f[i] <= centres[used - 1];
    smooth[i] = in ? linear_at(centres.head(used), means.head(used), f[i]) : levels_db[i];
  }
  return smooth;
}

double responserank(const Curve& response, const Curve& target) {
  const Eigen::ArrayXd& f = target.frequency_hz();
  Eigen::ArrayXd levels(f.size());
  for (Eigen::Index i = 0; i < f.size(); ++i)
    levels[i] = linear_at(response.frequency_hz(), response.magnitude_db(), f[i]);
  const Curve error = inside(Curve(f, third_octaves(f, levels) - target.magnitude_db()), kInEarBand);
  const double per_decade = slope(error.frequency_hz().log10(), error.magnitude_db());
  return 114.49 - 12.62 * population_sd(error.magnitude_db()) - 15.52 * std::abs(per_decade);
}

/// 100.0795 - 8.5 SD - 6.796 |slope| - 3.475 ME with the level at 1 kHz taken out.
double squig_rank(const Curve& response, const Curve& target) {
  const Curve error = r40_error(response, target, kInEarBand);
  const double at_1_khz = level_at(error, 1000.0).value_or(0.0);
  const Curve above = inside(error, {40.0, 10000.0});
  const double mean_error = (above.magnitude_db() - at_1_khz).abs().mean();
  const double per_ln = slope(error.frequency_hz().log(), error.magnitude_db());
  return std::clamp(
      100.0795 - 8.5 * population_sd(error.magnitude_db()) - 6.796 * std::abs(per_ln) - 3.475 * mean_error, 0.0, 100.0);
}

}  // namespace

const std::vector<DeviatingConvention>& deviating_conventions() {
  static const std::vector<DeviatingConvention> all = {
      {"rust-autoeq", "Rust autoeq", "slope per octave instead of per ln Hz, SD of the population",
       FormFactor::kOverEar, rust_autoeq},
      {"log10-slope", "slope over log10", "slope per decade instead of per ln Hz, SD of the population",
       FormFactor::kOverEar, log10_slope},
      {"responserank", "ResponseRank",
       "1/3-octave smoothing, linear over Hz, slope per decade, SD of the population, from 20 Hz", FormFactor::kOverEar,
       responserank},
      {"squig-rank", "Squig-Rank", "SD of the population, mean error about 1 kHz instead of 500 Hz, clamped to 0..100",
       FormFactor::kInEar, squig_rank},
  };
  return all;
}

}  // namespace headscore
