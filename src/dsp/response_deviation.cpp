#include "dsp/response_deviation.hpp"

#include <algorithm>
#include <cmath>

#include "headscore/error.hpp"
#include "headscore/interpolation.hpp"

namespace headscore {
namespace {

void check(const RegionWeights& regions) {
  double last_hz = 0.0;
  double sum = 0.0;
  for (const auto& [hz, weight] : regions) {
    if (!(hz > last_hz) || !std::isfinite(hz) || !(weight >= 0.0) || !std::isfinite(weight)) {
      throw Error("bad-region-weights", {}, "region weights out of order or negative",
                  "ascending Hz, weights of 0 or more");
    }
    last_hz = hz;
    sum += weight;
  }
  if (regions.size() < 2 || !(sum > 0.0)) {
    throw Error("bad-region-weights", {}, "fewer than two region weights, or none above 0", "a band that counts");
  }
}

/// Weight at each frequency; shape (n), all inside the regions.
Eigen::ArrayXd weights_at(const Eigen::ArrayXd& frequency_hz, const RegionWeights& regions) {
  const auto count = static_cast<Eigen::Index>(regions.size());
  Eigen::ArrayXd corner_hz(count);
  Eigen::ArrayXd corner_weight(count);
  for (Eigen::Index k = 0; k < count; ++k) {
    corner_hz[k] = regions[static_cast<std::size_t>(k)].first;
    corner_weight[k] = regions[static_cast<std::size_t>(k)].second;
  }
  return InterpolationPlan(corner_hz, frequency_hz, Extrapolation::kNone).applied(corner_weight);
}

/// The ends of `band` as far as the regions go, and the regions' corners and the curve's rows between; empty without an
/// overlap.
Eigen::ArrayXd merged_axis(const Band& band, const Eigen::ArrayXd& rows_hz, const RegionWeights& regions) {
  const double start = std::max(band.start_hz, regions.front().first);
  const double stop = std::min(band.stop_hz, regions.back().first);
  if (!(start < stop)) return {};
  std::vector<double> axis = {start, stop};
  const auto take = [&](double hz) {
    if (hz > start && hz < stop) axis.push_back(hz);
  };
  for (const double hz : rows_hz) take(hz);
  for (const auto& region : regions) take(region.first);
  std::sort(axis.begin(), axis.end());
  axis.erase(std::unique(axis.begin(), axis.end()), axis.end());
  return Eigen::Map<const Eigen::ArrayXd>(axis.data(), static_cast<Eigen::Index>(axis.size()));
}

/// What each row stands for in a trapezoid over ln f: half the way to its neighbours.
Eigen::ArrayXd cells(const Eigen::ArrayXd& frequency_hz) {
  const Eigen::Index n = frequency_hz.size();
  const Eigen::ArrayXd ln_hz = frequency_hz.log();
  Eigen::ArrayXd result = Eigen::ArrayXd::Zero(n);
  result.head(n - 1) += 0.5 * (ln_hz.tail(n - 1) - ln_hz.head(n - 1));
  result.tail(n - 1) += 0.5 * (ln_hz.tail(n - 1) - ln_hz.head(n - 1));
  return result;
}

}  // namespace

/// Where the deviation is summed: the rows' and the regions' frequencies, (m), and what each stands for, (m), > 0 in
/// sum.
struct DeviationPlan::WeightedAxis {
  Eigen::ArrayXd frequency_hz;
  Eigen::ArrayXd mass;
};

DeviationPlan::WeightedAxis DeviationPlan::weighted_axis(const Band& band, const Eigen::ArrayXd& rows_hz,
                                                         const RegionWeights& regions) {
  check(regions);
  WeightedAxis axis{merged_axis(band, rows_hz, regions), {}};
  if (axis.frequency_hz.size() >= 2) {
    axis.mass = cells(axis.frequency_hz) * weights_at(axis.frequency_hz, regions);
    if (axis.mass.sum() > 0.0) return axis;
  }
  throw Error("band-not-covered", {}, "an error curve outside the regions that count", "some of them");
}

double response_deviation_db(const Curve& error, const RegionWeights& region_weights) {
  return DeviationPlan(error.frequency_hz(), Smoothing{}, region_weights).of(error.magnitude_db());
}

DeviationPlan::DeviationPlan(const Eigen::ArrayXd& frequency_hz, const Smoothing& smoothing,
                             const RegionWeights& region_weights)
    : DeviationPlan(
          frequency_hz, smoothing,
          weighted_axis({frequency_hz[0], frequency_hz[frequency_hz.size() - 1]}, frequency_hz, region_weights)) {}

DeviationPlan::DeviationPlan(const Eigen::ArrayXd& frequency_hz, const Smoothing& smoothing, const WeightedAxis& axis)
    : smoothing_(frequency_hz, smoothing),
      plan_(frequency_hz, axis.frequency_hz, Extrapolation::kNone),
      share_(axis.mass / axis.mass.sum()),
      root_(share_.sqrt()) {
  if (smoothing.kind != Smoothing::Kind::kNone && smoothing.domain != Smoothing::Domain::kDecibel) {
    throw Error("bad-smoothing", {}, "smoothing of power", "smoothing of levels, which is linear");
  }
}

double DeviationPlan::of(const Eigen::ArrayXd& error_db) const {
  const Eigen::ArrayXd levels_db = plan_.applied(smoothing_.applied(error_db));
  const double mean_db = (share_ * levels_db).sum();
  return std::sqrt((share_ * (levels_db - mean_db).square()).sum());
}

Eigen::MatrixXd DeviationPlan::centred(const Eigen::Ref<const Eigen::MatrixXd>& parts_db) const {
  Eigen::MatrixXd result(share_.size(), parts_db.cols());
  for (Eigen::Index k = 0; k < parts_db.cols(); ++k) {
    const Eigen::ArrayXd levels_db = plan_.applied(smoothing_.applied(parts_db.col(k).array()));
    result.col(k) = ((levels_db - (share_ * levels_db).sum()) * root_).matrix();
  }
  return result;
}

double covered_weight_share(const Band& band, const RegionWeights& region_weights) {
  check(region_weights);
  // Weights are linear over ln f between corners, so the trapezoid on corners and ends is exact.
  const auto integral = [&](const Band& part) {
    const Eigen::ArrayXd axis_hz = merged_axis(part, Eigen::ArrayXd(), region_weights);
    return axis_hz.size() < 2 ? 0.0 : (cells(axis_hz) * weights_at(axis_hz, region_weights)).sum();
  };
  return integral(band) / integral({region_weights.front().first, region_weights.back().first});
}

}  // namespace headscore
