// The statistics that preference models are made of: spread, slope and size of an error curve.
#pragma once

#include <Eigen/Core>

namespace headscore {

/// Rows of an array: a whole one or a segment, without a copy.
using Rows = Eigen::Ref<const Eigen::ArrayXd>;

/// Sample standard deviation, n - 1 in the denominator; shape (n), n >= 2, throws Error("too-few-rows") otherwise. Two
/// passes: the mean is taken out first, so that levels around 90 dB lose no digits.
[[nodiscard]] double sample_standard_deviation(const Rows& values);

/// Slope of the ordinary least-squares line of y over x; both of shape (n), n >= 2, in units of y per unit of x. Throws
/// Error("too-few-rows") for fewer rows, Error("different-grids") for two lengths or when all of x is the same.
[[nodiscard]] double regression_slope(const Rows& x, const Rows& y);

/// Mean of |value - centre|; shape (n), n >= 1, throws Error("too-few-rows") otherwise.
[[nodiscard]] double mean_absolute_deviation(const Rows& values, double centre);

}  // namespace headscore
