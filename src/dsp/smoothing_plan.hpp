// A prepared smoothing: what depends on the frequencies alone is found once and used for any number of curves.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "headscore/smoothing.hpp"

namespace headscore {

class SmoothingPlan {
 public:
  /// Frequencies as in Curve, shape (n). Throws Error("bad-smoothing") as smoothed() does.
  SmoothingPlan(const Eigen::ArrayXd& frequency_hz, const Smoothing& smoothing);

  /// Levels (n) dB -> smoothed levels (n) dB: what smoothed() makes of that curve.
  [[nodiscard]] Eigen::ArrayXd applied(const Eigen::ArrayXd& magnitude_db) const;

 private:
  /// Octaves from which to which a row's mean is taken, and the segments that they lie in.
  struct Window {
    double from;
    double to;
    Eigen::Index left;
    Eigen::Index right;
  };
  [[nodiscard]] Eigen::ArrayXd window_means(const Eigen::ArrayXd& values) const;

  Smoothing smoothing_;
  Eigen::ArrayXd octave_;
  std::vector<Window> windows_;  ///< one a row; from >= to: the row itself
};

}  // namespace headscore
