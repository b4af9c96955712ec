#include "headscore/interpolation.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "headscore/error.hpp"

namespace headscore {
namespace {

/// Rows [first, first + count) of `to_hz` that lie inside the source's band.
std::pair<Eigen::Index, Eigen::Index> covered_rows(const Eigen::ArrayXd& from_hz, const Eigen::ArrayXd& to_hz) {
  const double* begin = to_hz.data();
  const double* end = begin + to_hz.size();
  const Eigen::Index first = std::lower_bound(begin, end, from_hz[0]) - begin;
  const Eigen::Index last = std::upper_bound(begin, end, from_hz[from_hz.size() - 1]) - begin;
  return {first, std::max<Eigen::Index>(0, last - first)};
}

Eigen::ArrayXd wanted_rows(const Eigen::ArrayXd& from_hz, const Eigen::ArrayXd& to_hz, Extrapolation extrapolation) {
  if (extrapolation == Extrapolation::kEndSegments) return to_hz;
  const auto [first, count] = covered_rows(from_hz, to_hz);
  return to_hz.segment(first, count);
}

}  // namespace

InterpolationPlan::InterpolationPlan(const Eigen::ArrayXd& from_hz, const Eigen::ArrayXd& to_hz,
                                     Extrapolation extrapolation)
    : from_hz_(from_hz),
      to_hz_(wanted_rows(from_hz, to_hz, extrapolation)),
      index_(static_cast<std::size_t>(to_hz_.size())),
      weight_(to_hz_.size()) {
  const Eigen::Index last_segment = from_hz_.size() - 2;
  Eigen::Index left = 0;
  for (Eigen::Index k = 0; k < to_hz_.size(); ++k) {
    const double f = to_hz_[k];
    if (left < last_segment && f > from_hz_[left + 1]) {
      const double* begin = from_hz_.data() + left + 1;
      const double* end = from_hz_.data() + last_segment + 1;
      left = std::lower_bound(begin, end, f) - from_hz_.data() - 1;
      left = std::min(left, last_segment);
    }
    const double low = from_hz_[left];
    const double high = from_hz_[left + 1];
    index_[static_cast<std::size_t>(k)] = static_cast<std::int32_t>(left);
    weight_[k] = f == high ? 1.0 : std::log(f / low) / std::log(high / low);
  }
}

bool InterpolationPlan::fits(const Eigen::ArrayXd& frequency_hz) const {
  return frequency_hz.size() == from_hz_.size() &&
         std::memcmp(frequency_hz.data(), from_hz_.data(),
                     sizeof(double) * static_cast<std::size_t>(from_hz_.size())) == 0;
}

Eigen::ArrayXd InterpolationPlan::applied(const Eigen::ArrayXd& magnitude_db) const {
  if (magnitude_db.size() != from_hz_.size()) {
    throw Error("different-grids", {}, std::to_string(magnitude_db.size()) + " levels",
                std::to_string(from_hz_.size()));
  }
  Eigen::ArrayXd result(to_hz_.size());
  for (Eigen::Index k = 0; k < to_hz_.size(); ++k) {
    const Eigen::Index left = index_[static_cast<std::size_t>(k)];
    const double low = magnitude_db[left];
    const double high = magnitude_db[left + 1];
    // low + (high - low) may miss `high` by an ulp: at a row of the source its own level is taken.
    result[k] = weight_[k] == 1.0 ? high : low + (high - low) * weight_[k];
  }
  return result;
}

Curve interpolated(const Curve& curve, const Eigen::ArrayXd& frequency_hz, Extrapolation extrapolation) {
  if (curve.size() == frequency_hz.size() && (curve.frequency_hz() == frequency_hz).all()) return curve;
  const InterpolationPlan plan(curve.frequency_hz(), frequency_hz, extrapolation);
  if (plan.frequency_hz().size() < 2) {
    throw Error("band-not-covered", {}, "a curve that covers fewer than two of the wanted frequencies", "an overlap");
  }
  return {plan.frequency_hz(), plan.applied(curve.magnitude_db())};
}

Curve interpolated(const Curve& curve, const LogGrid& grid, Extrapolation extrapolation) {
  return interpolated(curve, grid.frequency_hz(), extrapolation);
}

std::optional<double> level_at(const Curve& curve, double frequency_hz) {
  if (!(frequency_hz >= curve.start_hz() && frequency_hz <= curve.stop_hz())) return std::nullopt;
  return InterpolationPlan(curve.frequency_hz(), Eigen::ArrayXd::Constant(1, frequency_hz), Extrapolation::kNone)
      .applied(curve.magnitude_db())[0];
}

Curve mean_curve(const std::vector<Curve>& curves) {
  if (curves.empty()) throw Error("band-not-covered", {}, "no curve", "at least one");
  Band common = curves.front().band();
  for (const Curve& curve : curves) {
    common.start_hz = std::max(common.start_hz, curve.start_hz());
    common.stop_hz = std::min(common.stop_hz, curve.stop_hz());
  }
  const std::optional<Curve> axis = restricted(curves.front(), common);
  if (!axis) throw Error("band-not-covered", {}, "curves without a common band", "curves that overlap");
  Eigen::ArrayXd sum = Eigen::ArrayXd::Zero(axis->size());
  for (const Curve& curve : curves) sum += interpolated(curve, axis->frequency_hz()).magnitude_db();
  return {axis->frequency_hz(), sum / static_cast<double>(curves.size())};
}

double uncovered_octaves(const Curve& curve, const Band& wanted) {
  const double start = std::clamp(curve.start_hz(), wanted.start_hz, wanted.stop_hz);
  const double stop = std::clamp(curve.stop_hz(), wanted.start_hz, wanted.stop_hz);
  if (stop <= start) return octaves(wanted);
  return octaves(wanted) - std::log2(stop / start);
}

}  // namespace headscore
