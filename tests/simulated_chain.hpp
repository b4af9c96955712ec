// A headphone, its microphone and their faults, in numbers: what a sweep becomes on its way, with the truth known.
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <complex>
#include <cstdint>
#include <functional>
#include <numbers>
#include <random>
#include <vector>

#include "dsp/fft.hpp"
#include "headscore/sweep.hpp"
#include "headscore/test_signal.hpp"

namespace headscore::simulated {

/// A digital second-order section (Bristow-Johnson's cookbook), a0 = 1.
struct Section {
  double b0 = 1.0, b1 = 0.0, b2 = 0.0, a1 = 0.0, a2 = 0.0;

  static Section bell(double rate, double hz, double gain_db, double q) {
    const double w = 2.0 * std::numbers::pi * hz / rate;
    const double a = std::pow(10.0, gain_db / 40.0);
    const double alpha = std::sin(w) / (2.0 * q);
    const double a0 = 1.0 + alpha / a;
    return {(1.0 + alpha * a) / a0, -2.0 * std::cos(w) / a0, (1.0 - alpha * a) / a0, -2.0 * std::cos(w) / a0,
            (1.0 - alpha / a) / a0};
  }
  static Section high_pass(double rate, double hz, double q) {
    const double w = 2.0 * std::numbers::pi * hz / rate;
    const double alpha = std::sin(w) / (2.0 * q);
    const double a0 = 1.0 + alpha;
    const double c = std::cos(w);
    return {0.5 * (1.0 + c) / a0, -(1.0 + c) / a0, 0.5 * (1.0 + c) / a0, -2.0 * c / a0, (1.0 - alpha) / a0};
  }
  static Section low_pass(double rate, double hz, double q) {
    const double w = 2.0 * std::numbers::pi * hz / rate;
    const double alpha = std::sin(w) / (2.0 * q);
    const double a0 = 1.0 + alpha;
    const double c = std::cos(w);
    return {0.5 * (1.0 - c) / a0, (1.0 - c) / a0, 0.5 * (1.0 - c) / a0, -2.0 * c / a0, (1.0 - alpha) / a0};
  }
  [[nodiscard]] std::complex<double> response(double hz, double rate) const {
    const std::complex<double> z = std::polar(1.0, -2.0 * std::numbers::pi * hz / rate);
    return (b0 + z * (b1 + z * b2)) / (1.0 + z * (a1 + z * a2));
  }
};

using Sections = std::vector<Section>;

inline Eigen::ArrayXd filtered(Eigen::ArrayXd x, const Sections& sections) {
  for (const Section& s : sections) {
    double z1 = 0.0, z2 = 0.0;
    for (double& sample : x) {
      const double out = s.b0 * sample + z1;
      z1 = s.b1 * sample - s.a1 * out + z2;
      z2 = s.b2 * sample - s.a2 * out;
      sample = out;
    }
  }
  return x;
}

inline std::complex<double> response(const Sections& sections, double hz, double rate) {
  std::complex<double> product = 1.0;
  for (const Section& s : sections) product *= s.response(hz, rate);
  return product;
}

/// What a closed headphone on a coupler looks like: high-pass, bass, ear resonances, a notch.
inline Sections headphone(double rate) {
  return {Section::high_pass(rate, 8.0, 0.7),     Section::bell(rate, 105.0, 5.0, 0.8),
          Section::bell(rate, 900.0, -3.0, 1.0),  Section::bell(rate, 3100.0, 11.0, 2.0),
          Section::bell(rate, 8700.0, -9.0, 5.0), Section::bell(rate, 13500.0, 6.0, 6.0)};
}

inline Eigen::ArrayXd delayed(const Eigen::ArrayXd& x, Eigen::Index frames, Eigen::Index behind) {
  Eigen::ArrayXd y = Eigen::ArrayXd::Zero(x.size() + frames + behind);
  y.segment(frames, x.size()) = x;
  return y;
}

/// White normal noise of an rms in dBFS (a full-scale square is 0).
inline Eigen::ArrayXd noise(Eigen::Index frames, double rms_dbfs, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Eigen::ArrayXd x(frames);
  const double rms = std::pow(10.0, rms_dbfs / 20.0);
  const auto uniform = [&] { return (static_cast<double>(random() >> 11U) + 0.5) * 0x1.0p-53; };
  for (Eigen::Index i = 0; i < frames; ++i)
    x[i] = rms * std::sqrt(-2.0 * std::log(uniform())) * std::cos(2.0 * std::numbers::pi * uniform());
  return x;
}

/// The same sound at `ratio` times the rate, by cutting or filling the spectrum: exact for what fits.
inline Eigen::ArrayXd at_rate(const Eigen::ArrayXd& x, int up, int down) {
  const auto least = static_cast<std::size_t>(x.size());
  std::size_t in = fast_transform_size((least + static_cast<std::size_t>(down) - 1) / static_cast<std::size_t>(down)) *
                   static_cast<std::size_t>(down);
  const std::size_t out = in / static_cast<std::size_t>(down) * static_cast<std::size_t>(up);
  const RealTransform<double> from(in);
  const RealTransform<double> to(out);
  std::vector<std::complex<double>> spectrum = from.forward({x.data(), least});
  spectrum.resize(to.bins(), 0.0);
  if (out < in) spectrum.back() = 0.0;
  const std::vector<double> y = to.inverse(spectrum);
  const auto frames = static_cast<Eigen::Index>(x.size() * up / down);
  return Eigen::Map<const Eigen::ArrayXd>(y.data(), frames) * (static_cast<double>(up) / static_cast<double>(down));
}

/// The sweeps of `p` as a recorder hears them whose clock is fast by `ppm`: by the formula, at its own times.
inline Eigen::ArrayXd recorded_sweeps(const SweepParameters& p, double ppm) {
  const SweepParameters::Fields& f = p.fields();
  const double rate = f.sample_rate_hz * (1.0 + 1e-6 * ppm);
  Eigen::ArrayXd x =
      Eigen::ArrayXd::Zero(static_cast<Eigen::Index>(static_cast<double>(p.frames()) * (1.0 + 1e-6 * ppm)) + 1);
  const auto rise = [](double u) { return u >= 1.0 ? 1.0 : 0.5 - 0.5 * std::cos(std::numbers::pi * u); };
  const double length_s = static_cast<double>(p.sweep_frames()) / f.sample_rate_hz;
  for (int r = 0; r < f.repeats; ++r) {
    const double start_s = static_cast<double>(p.first_frame(r)) / f.sample_rate_hz;
    for (auto i = static_cast<Eigen::Index>(start_s * rate); i < x.size(); ++i) {
      const double t = static_cast<double>(i) / rate - start_s;
      if (t < 0.0 || t >= length_s) continue;
      x[i] += p.amplitude() * std::sin(p.phase_rad(t)) * rise(t / f.fade_in_s) * rise((length_s - t) / f.fade_out_s);
    }
  }
  return x;
}

}  // namespace headscore::simulated
