#include "dsp/decay.hpp"

#include <algorithm>
#include <cmath>
#include <complex>

#include "dsp/fft.hpp"

namespace headscore {

std::optional<double> rt30_s(const Eigen::Ref<const Eigen::ArrayXd>& decay, double noise_power, double sample_rate_hz) {
  const auto block = std::max<Eigen::Index>(1, static_cast<Eigen::Index>(0.005 * sample_rate_hz));
  Eigen::Index knee = decay.size();
  for (Eigen::Index i = 0; i + block <= decay.size(); i += block) {
    if (decay.segment(i, block).square().mean() < 4.0 * noise_power) {
      knee = i;
      break;
    }
  }
  if (knee < static_cast<Eigen::Index>(0.001 * sample_rate_hz) || knee < 2) return std::nullopt;
  Eigen::ArrayXd energy(knee);
  double sum = 0.0;
  for (Eigen::Index i = knee; i-- > 0;) {
    sum += decay[i] * decay[i] - noise_power;
    energy[i] = sum;
  }
  if (!(energy[0] > 0.0)) return std::nullopt;
  double n = 0.0, st = 0.0, stt = 0.0, sl = 0.0, stl = 0.0;
  bool reached = false;
  for (Eigen::Index i = 0; i < knee && !reached; ++i) {
    const double level_db = 10.0 * std::log10(std::max(energy[i] / energy[0], 1e-30));
    reached = level_db < -35.0;
    if (level_db > -5.0 || reached) continue;
    const double t = static_cast<double>(i) / sample_rate_hz;
    n += 1.0;
    st += t;
    stt += t * t;
    sl += level_db;
    stl += t * level_db;
  }
  if (!reached || n < 8.0) return std::nullopt;
  const double slope_db_per_s = (n * stl - st * sl) / (n * stt - st * st);
  if (!(slope_db_per_s < 0.0)) return std::nullopt;
  return -60.0 / slope_db_per_s;
}

Eigen::ArrayXd energy_time_db(const ImpulseResponse& impulse) {
  const Eigen::ArrayXd& x = impulse.samples();
  const RealTransform<double> transform(fast_transform_size(static_cast<std::size_t>(2 * x.size())));
  std::vector<std::complex<double>> spectrum = transform.forward({x.data(), static_cast<std::size_t>(x.size())});
  for (std::complex<double>& value : spectrum) value *= std::complex<double>(0.0, -1.0);  // Hilbert's transform
  spectrum.front() = 0.0;
  spectrum.back() = 0.0;
  const std::vector<double> turned = transform.inverse(spectrum);
  Eigen::ArrayXd squares(x.size());
  for (Eigen::Index i = 0; i < x.size(); ++i)
    squares[i] = x[i] * x[i] + turned[static_cast<std::size_t>(i)] * turned[static_cast<std::size_t>(i)];
  const double most = std::max(squares.maxCoeff(), 1e-300);
  return (10.0 * (squares / most).max(1e-20).log10()).eval();
}

}  // namespace headscore
