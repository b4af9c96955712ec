#include "dsp/regression.hpp"

#include <cmath>
#include <string>

#include "headscore/error.hpp"

namespace headscore {
namespace {

void want_rows(Eigen::Index rows, Eigen::Index least) {
  if (rows >= least) return;
  throw Error("too-few-rows", {}, std::to_string(rows) + " rows", "at least " + std::to_string(least));
}

}  // namespace

double sample_standard_deviation(const Rows& values) {
  want_rows(values.size(), 2);
  const double mean = values.mean();
  return std::sqrt((values - mean).square().sum() / static_cast<double>(values.size() - 1));
}

double regression_slope(const Rows& x, const Rows& y) {
  if (x.size() != y.size()) throw Error("different-grids", {}, "x and y of two lengths", "one y an x");
  want_rows(x.size(), 2);
  const double x_mean = x.mean();
  const double y_mean = y.mean();
  const double x_spread = (x - x_mean).square().sum();
  if (!(x_spread > 0.0)) throw Error("different-grids", {}, "a line over a single x", "at least two different ones");
  return ((x - x_mean) * (y - y_mean)).sum() / x_spread;
}

double mean_absolute_deviation(const Rows& values, double centre) {
  want_rows(values.size(), 1);
  return (values - centre).abs().mean();
}

}  // namespace headscore
