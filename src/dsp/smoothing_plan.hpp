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
  /// A row's mean over its window: a weighted sum of the rows at both cut segments and of the integral between them.
  /// All weights are positive, so that nothing cancels.
  struct Window {
    Eigen::Index left = 0;   ///< first row of the segment that the window begins in
    Eigen::Index right = 0;  ///< of the one that it ends in
    double left_weight = 0.0;
    double behind_left_weight = 0.0;
    double right_weight = 0.0;
    double behind_right_weight = 0.0;
    double between_weight = 0.0;  ///< of the integral from row left + 1 to row right
  };
  /// The window from octave `from` to `to`, which lie in the segments that begin at rows `left` and `right`.
  [[nodiscard]] Window window_of(double from, double to, Eigen::Index left, Eigen::Index right) const;
  /// Each row's mean over its window; between(from, to): the integral over octaves from one row to another.
  template <typename Between>
  [[nodiscard]] Eigen::ArrayXd means(const Eigen::ArrayXd& values, const Between& between) const;
  [[nodiscard]] Eigen::ArrayXd level_means(const Eigen::ArrayXd& values) const;
  [[nodiscard]] Eigen::ArrayXd power_means(const Eigen::ArrayXd& values) const;

  Smoothing smoothing_;
  Eigen::ArrayXd octave_;
  Eigen::ArrayXd half_width_;    ///< of the segment that ends at each row, octaves
  std::vector<Window> windows_;  ///< one a row
};

}  // namespace headscore
