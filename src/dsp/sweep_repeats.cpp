#include "dsp/sweep_repeats.hpp"

#include <algorithm>
#include <complex>
#include <vector>

#include "dsp/fft.hpp"

namespace headscore {

std::optional<Eigen::Index> repeat_period_frames(const Eigen::Ref<const Eigen::ArrayXd>& samples,
                                                 double sample_rate_hz) {
  constexpr double kLeastPeriodS = 0.1;
  constexpr double kLeastShare = 0.25;
  const auto least = static_cast<Eigen::Index>(kLeastPeriodS * sample_rate_hz);
  if (samples.size() < 3 * least) return std::nullopt;
  const RealTransform<double> transform(fast_transform_size(2 * static_cast<std::size_t>(samples.size())));
  const Eigen::ArrayXd centred = samples - samples.mean();
  std::vector<std::complex<double>> spectrum =
      transform.forward({centred.data(), static_cast<std::size_t>(centred.size())});
  for (std::complex<double>& value : spectrum) value = std::norm(value);
  const std::vector<double> correlation = transform.inverse(spectrum);
  const auto best = std::max_element(correlation.begin() + least, correlation.begin() + (samples.size() - least));
  if (!(*best > kLeastShare * correlation.front())) return std::nullopt;
  return best - correlation.begin();
}

int repeats_in(const Eigen::Ref<const Eigen::ArrayXd>& samples, Eigen::Index first, Eigen::Index frames,
               Eigen::Index period_frames) {
  constexpr double kMostDifference = 0.01;
  const auto one = samples.segment(first, frames);
  const double most = kMostDifference * one.square().sum();
  int count = 1;
  for (Eigen::Index at = first + period_frames; at + frames <= samples.size(); at += period_frames) {
    if (!((samples.segment(at, frames) - one).square().sum() <= most)) break;
    ++count;
  }
  return count;
}

}  // namespace headscore
