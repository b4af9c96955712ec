#include "dsp/impulse_pyramid.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include "dsp/fft.hpp"

namespace headscore {
namespace {

constexpr int kMostLevels = 9;
constexpr double kRateOverBand = 12.0;  ///< a level holds what is below a twelfth of its rate

/// Kaiser's window at x within -1..1 (IEEE ISCAS 1974).
double kaiser(double x, double beta) {
  const auto bessel = [](double y) {
    double sum = 1.0;
    double term = 1.0;
    for (int k = 1; k < 60 && term > 1e-18 * sum; ++k) {
      term *= (0.5 * y / k) * (0.5 * y / k);
      sum += term;
    }
    return sum;
  };
  return bessel(beta * std::sqrt(std::max(0.0, 1.0 - x * x))) / bessel(beta);
}

/// `samples` under a zero-phase FIR filter of 2 h + 1 taps.
std::vector<double> convolved(const std::vector<double>& samples, const std::vector<double>& taps,
                              TransformSet& transforms) {
  const std::size_t half = taps.size() / 2;
  const RealTransform<double>& transform = transforms.of_size(fast_transform_size(samples.size() + taps.size()));
  std::vector<std::complex<double>> spectrum = transform.forward(samples);
  const std::vector<std::complex<double>> filter = transform.forward(taps);
  for (std::size_t k = 0; k < spectrum.size(); ++k) spectrum[k] *= filter[k];
  const std::vector<double> result = transform.inverse(spectrum);
  return {result.begin() + static_cast<std::ptrdiff_t>(half),
          result.begin() + static_cast<std::ptrdiff_t>(half + samples.size())};
}

/// Taps 1, 3, 5, 7, 9 of the half-band filter; tap 0 is 1/2, the even ones are 0. A sinc under Kaiser's window, beta
/// 12, made to sum to 1.
const std::array<double, 5>& half_band() {
  static const std::array<double, 5> taps = [] {
    constexpr double kBeta = 12.0;
    std::array<double, 5> made{};
    double sum = 0.0;
    for (std::size_t i = 0; i < made.size(); ++i) {
      const double n = 2.0 * static_cast<double>(i) + 1.0;
      made[i] = std::sin(0.5 * std::numbers::pi * n) / (std::numbers::pi * n) * kaiser(n / 10.0, kBeta);
      sum += 2.0 * made[i];
    }
    for (double& tap : made) tap *= 0.5 / sum;
    return made;
  }();
  return taps;
}

}  // namespace

ImpulsePyramid::ImpulsePyramid(std::span<const double> circular, Eigen::Index origin, Eigen::Index before,
                               Eigen::Index behind, double sample_rate_hz)
    : sample_rate_hz_(sample_rate_hz) {
  constexpr Eigen::Index kStep = Eigen::Index{1} << (kMostLevels - 1);
  const auto size = static_cast<Eigen::Index>(circular.size());
  before = std::min(before, size);
  behind = std::min(behind, size - before);
  Level first;
  constexpr Eigen::Index kSpread = 20 * kStep;  // what the filters of all levels reach beyond both ends
  first.origin = (before + kSpread + kStep - 1) / kStep * kStep;  // even at every level
  first.samples.assign(static_cast<std::size_t>(first.origin + behind + kSpread + 1), 0.0);
  Eigen::Index index = (((origin - before) % size) + size) % size;
  for (Eigen::Index t = -before; t < behind; ++t) {
    first.samples[static_cast<std::size_t>(first.origin + t)] = circular[static_cast<std::size_t>(index)];
    if (++index == size) index = 0;
  }
  levels_.push_back(std::move(first));
  const std::array<double, 5>& taps = half_band();
  while (static_cast<int>(levels_.size()) < kMostLevels && levels_.back().samples.size() > 64) {
    const Level& last = levels_.back();
    Level next;
    next.origin = last.origin / 2;
    next.samples.resize((last.samples.size() + 1) / 2);
    const auto count = static_cast<Eigen::Index>(last.samples.size());
    const auto sample = [&](Eigen::Index i) {
      return i < 0 || i >= count ? 0.0 : last.samples[static_cast<std::size_t>(i)];
    };
    for (Eigen::Index k = 0; k < static_cast<Eigen::Index>(next.samples.size()); ++k) {
      const Eigen::Index c = 2 * k;
      double sum = 0.0;
      if (c >= 9 && c + 9 < count) {
        const double* x = last.samples.data() + c;
        sum = 0.5 * x[0] + taps[0] * (x[-1] + x[1]) + taps[1] * (x[-3] + x[3]) + taps[2] * (x[-5] + x[5]) +
              taps[3] * (x[-7] + x[7]) + taps[4] * (x[-9] + x[9]);
      } else {
        sum = 0.5 * sample(c);
        for (Eigen::Index i = 0; i < 5; ++i)
          sum += taps[static_cast<std::size_t>(i)] * (sample(c - 2 * i - 1) + sample(c + 2 * i + 1));
      }
      next.samples[static_cast<std::size_t>(k)] = sum;
    }
    levels_.push_back(std::move(next));
  }
}

ImpulsePyramid ImpulsePyramid::high_passed(double stop_hz, double pass_hz, TransformSet& transforms) const {
  constexpr double kHighestRate = 160.0;  ///< of pass_hz: above, octaves are far enough from what is taken away
  constexpr double kAttenuationDb = 90.0;
  const double beta = 0.1102 * (kAttenuationDb - 8.7);
  ImpulsePyramid result = *this;
  for (int level = 0; level < static_cast<int>(levels_.size()); ++level) {
    const double rate = rate_hz(level);
    if (rate > kHighestRate * pass_hz || rate < 2.5 * pass_hz) continue;
    const double width = (pass_hz - stop_hz) / rate;
    const auto half =
        static_cast<Eigen::Index>(std::ceil(0.5 * (kAttenuationDb - 8.0) / (2.285 * 2.0 * std::numbers::pi * width)));
    const double cut = 0.5 * (pass_hz + stop_hz) / rate;
    std::vector<double> taps(static_cast<std::size_t>(2 * half + 1));
    for (Eigen::Index n = -half; n <= half; ++n) {
      const double turn = 2.0 * std::numbers::pi * cut * static_cast<double>(n);
      const double low = n == 0 ? 2.0 * cut : 2.0 * cut * std::sin(turn) / turn;
      taps[static_cast<std::size_t>(n + half)] =
          (n == 0 ? 1.0 : 0.0) - low * kaiser(static_cast<double>(n) / static_cast<double>(half + 1), beta);
    }
    std::vector<double>& samples = result.levels_[static_cast<std::size_t>(level)].samples;
    samples = convolved(samples, taps, transforms);
  }
  return result;
}

int ImpulsePyramid::level_for(double stop_hz) const {
  int level = 0;
  while (level + 1 < static_cast<int>(levels_.size()) && rate_hz(level + 1) >= kRateOverBand * stop_hz) ++level;
  return level;
}

double ImpulsePyramid::rate_hz(int level) const { return std::ldexp(sample_rate_hz_, -level); }

double ImpulsePyramid::gain(int level, double frequency_hz) const {
  double product = 1.0;
  double cosine = std::cos(2.0 * std::numbers::pi * frequency_hz / sample_rate_hz_);
  for (int i = 0; i < level; ++i) {
    // cos of 1, 3, 5, ... turns by Chebyshev's recurrence; the next level's turn is twice this one's.
    const double of_two = 2.0 * cosine * cosine - 1.0;
    double before = cosine;
    double odd = cosine;
    double sum = 0.5;
    for (const double tap : half_band()) {
      sum += 2.0 * tap * odd;
      const double next = 2.0 * of_two * odd - before;
      before = odd;
      odd = next;
    }
    product *= sum;
    cosine = of_two;
  }
  return product;
}

}  // namespace headscore
