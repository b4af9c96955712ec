#include "dsp/octave_places.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace headscore {
namespace {

constexpr double kAheadS = 0.05;  ///< of the direct sound's own stretch
constexpr double kStretchS = 0.15;
constexpr double kLowestRateHz = 700.0;
constexpr double kHighestRateHz = 7000.0;

struct Stretch {
  double place_s = 0.0;  ///< off the direct sound's own
  double share = 0.0;    ///< of the level's energy
  double own = 0.0;      ///< share about the direct sound
};

Stretch loudest_stretch(const ImpulsePyramid& impulse, int level, double before_s, double behind_s) {
  const double rate_hz = impulse.rate_hz(level);
  const auto first = -static_cast<Eigen::Index>(before_s * rate_hz);
  const auto last = static_cast<Eigen::Index>(behind_s * rate_hz);
  std::vector<double> sums{0.0};
  sums.reserve(static_cast<std::size_t>(last - first) + 1);
  for (Eigen::Index i = first; i < last; ++i) {
    const double value = impulse.at(level, i);
    sums.push_back(sums.back() + value * value);
  }
  const auto length = static_cast<std::size_t>(kStretchS * rate_hz);
  const auto energy = [&](std::size_t from) { return sums[std::min(from + length, sums.size() - 1)] - sums[from]; };
  const auto own =
      static_cast<std::size_t>(std::max<Eigen::Index>(0, -first - static_cast<Eigen::Index>(kAheadS * rate_hz)));
  if (own >= sums.size() || !(sums.back() > 0.0)) return {};
  std::size_t best = own;
  for (std::size_t from = 0; from + length < sums.size(); ++from) {
    if (energy(from) > energy(best)) best = from;
  }
  return {(static_cast<double>(best) - static_cast<double>(own)) / rate_hz, energy(best) / sums.back(),
          energy(own) / sums.back()};
}

}  // namespace

std::optional<double> displaced_octaves_s(const ImpulsePyramid& impulse, double before_s, double behind_s) {
  constexpr double kLeastShare = 0.2;
  constexpr double kMostOwn = 0.1;  // of the loudest stretch
  constexpr double kLeastPlaceS = 0.06;
  constexpr int kLeastLevels = 3;
  int displaced = 0;
  double furthest_s = 0.0;
  for (int level = 0; level < impulse.levels(); ++level) {
    if (impulse.rate_hz(level) > kHighestRateHz || impulse.rate_hz(level) < kLowestRateHz) continue;
    const Stretch found = loudest_stretch(impulse, level, before_s, behind_s);
    if (found.share < kLeastShare || found.own > kMostOwn * found.share || std::abs(found.place_s) < kLeastPlaceS)
      continue;
    ++displaced;
    if (std::abs(found.place_s) > std::abs(furthest_s)) furthest_s = found.place_s;
  }
  return displaced >= kLeastLevels ? std::optional(furthest_s) : std::nullopt;
}

}  // namespace headscore
