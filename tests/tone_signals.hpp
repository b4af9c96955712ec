// Tones with exactly known distortion and noise.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

namespace headscore::tests {

/// amplitude sin(2 pi frequency n / rate + phase), shape (frames); the phase is reduced in long double.
inline Eigen::ArrayXd sine(Eigen::Index frames, double rate_hz, double frequency_hz, double amplitude = 1.0,
                           double phase_rad = 0.0) {
  Eigen::ArrayXd samples(frames);
  for (Eigen::Index n = 0; n < frames; ++n) {
    const long double turns =
        static_cast<long double>(frequency_hz) * static_cast<long double>(n) / static_cast<long double>(rate_hz);
    samples[n] =
        amplitude * std::sin(2.0 * std::numbers::pi * static_cast<double>(turns - std::floor(turns)) + phase_rad);
  }
  return samples;
}

/// White Gaussian noise of `rms`.
inline Eigen::ArrayXd noise(Eigen::Index frames, double rms, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal(0.0, rms);
  Eigen::ArrayXd samples(frames);
  for (double& sample : samples) sample = normal(random);
  return samples;
}

/// Harmonic amplitudes of sum of c_k x^k for x = A sin(phi), by sin^k as a sum of sines and cosines:
/// element h is the signed amplitude of order h, of sin(h phi) for odd h and of cos(h phi) for even h; element 0 is the
/// offset.
inline std::vector<double> polynomial_harmonics(const std::vector<double>& coefficients, double amplitude) {
  std::vector<double> harmonics(coefficients.size(), 0.0);
  for (std::size_t k = 0; k < coefficients.size(); ++k) {
    // sin^k x = 2^(1-k) sum over h of (-1)^((h - (k odd)) / 2) binomial(k, (k - h) / 2) {sin, cos}(h x); half of that
    // for h = 0
    for (std::size_t h = k % 2; h <= k; h += 2) {
      double binomial = 1.0;
      for (std::size_t i = 1; i <= (k - h) / 2; ++i)
        binomial = binomial * static_cast<double>(k - i + 1) / static_cast<double>(i);
      const double sign = ((h - k % 2) / 2) % 2 == 0 ? 1.0 : -1.0;
      const double factor = h == 0 ? 0.5 : 1.0;
      harmonics[h] += coefficients[k] * std::pow(amplitude, static_cast<double>(k)) *
                      std::ldexp(1.0, 1 - static_cast<int>(k)) * binomial * sign * factor;
    }
  }
  return harmonics;
}

inline Eigen::ArrayXd polynomial(const Eigen::ArrayXd& x, const std::vector<double>& coefficients) {
  Eigen::ArrayXd y = Eigen::ArrayXd::Zero(x.size());
  for (std::size_t k = coefficients.size(); k > 0; --k) y = y * x + coefficients[k - 1];
  return y;
}

/// A biquad of unit a0 over samples from rest: b0, b1, b2, a1, a2.
inline Eigen::ArrayXd biquad(const Eigen::ArrayXd& x, const std::array<double, 5>& c) {
  Eigen::ArrayXd y(x.size());
  double s1 = 0.0;
  double s2 = 0.0;
  for (Eigen::Index n = 0; n < x.size(); ++n) {
    y[n] = c[0] * x[n] + s1;
    s1 = c[1] * x[n] - c[3] * y[n] + s2;
    s2 = c[2] * x[n] - c[4] * y[n];
  }
  return y;
}

/// A peak of `gain_db` (R. Bristow-Johnson's formulae).
inline std::array<double, 5> peaking(double rate_hz, double frequency_hz, double gain_db, double q) {
  const double a = std::pow(10.0, gain_db / 40.0);
  const double w = 2.0 * std::numbers::pi * frequency_hz / rate_hz;
  const double alpha = std::sin(w) / (2.0 * q);
  const double a0 = 1.0 + alpha / a;
  return {(1.0 + alpha * a) / a0, -2.0 * std::cos(w) / a0, (1.0 - alpha * a) / a0, -2.0 * std::cos(w) / a0,
          (1.0 - alpha / a) / a0};
}

/// |H| of a biquad.
inline double magnitude(const std::array<double, 5>& c, double rate_hz, double frequency_hz) {
  const std::complex<double> z = std::polar(1.0, -2.0 * std::numbers::pi * frequency_hz / rate_hz);
  return std::abs((c[0] + z * (c[1] + z * c[2])) / (1.0 + z * (c[3] + z * c[4])));
}

}  // namespace headscore::tests
