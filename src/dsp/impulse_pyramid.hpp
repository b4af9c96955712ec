// An impulse response at its own rate, half of it, a quarter, ...: a low octave needs few samples, however long its
// window.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "dsp/fft.hpp"

namespace headscore {

/// A stretch of a circular buffer about an origin, at rates that halve. Every level but the first is low-passed by a
/// zero-phase half-band filter (19 taps); what passes unchanged is told by gain(), what folds back into the octaves
/// that a level is meant for is below -120 dB.
class ImpulsePyramid {
 public:
  /// `before` and `behind`: frames kept on both sides of `origin` (any integer, modulo the buffer's size).
  ImpulsePyramid(std::span<const double> circular, Eigen::Index origin, Eigen::Index before, Eigen::Index behind,
                 double sample_rate_hz);

  [[nodiscard]] double sample_rate_hz() const noexcept { return sample_rate_hz_; }
  /// The lowest rate's level that still holds all up to `stop_hz`.
  [[nodiscard]] int level_for(double stop_hz) const;
  [[nodiscard]] double rate_hz(int level) const;
  [[nodiscard]] int levels() const noexcept { return static_cast<int>(levels_.size()); }
  /// Sample of a level, `offset` samples of that level after the origin; 0 outside of what was kept.
  [[nodiscard]] double at(int level, Eigen::Index offset) const {
    const Level& own = levels_[static_cast<std::size_t>(level)];
    const Eigen::Index index = own.origin + offset;
    return index < 0 || index >= static_cast<Eigen::Index>(own.samples.size())
               ? 0.0
               : own.samples[static_cast<std::size_t>(index)];
  }
  /// The same with a zero-phase high-pass on the levels that low octaves are read from: 90 dB down below `stop_hz`,
  /// flat to 3e-5 from `pass_hz` on, and no longer than about 5.7 / (pass_hz - stop_hz) seconds, so that nothing
  /// spreads further in time than half of that.
  [[nodiscard]] ImpulsePyramid high_passed(double stop_hz, double pass_hz, TransformSet& transforms) const;
  /// What the filters on the way to a level do to `frequency_hz`.
  [[nodiscard]] double gain(int level, double frequency_hz) const;

 private:
  struct Level {
    std::vector<double> samples;
    Eigen::Index origin = 0;
  };
  double sample_rate_hz_;
  std::vector<Level> levels_;
};

}  // namespace headscore
