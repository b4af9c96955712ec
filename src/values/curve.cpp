#include "headscore/curve.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "error/short_number.hpp"
#include "headscore/error.hpp"
#include "values/row_span.hpp"

namespace headscore {
namespace {

std::string row_text(Eigen::Index row) { return "row " + std::to_string(row + 1); }

/// A finite sum has finite terms; two finite numbers have the difference zero only when they are equal. Sums and least
/// values of whole arrays are several times as fast as a loop that looks at each row. False also where a sum overflows.
bool is_surely_curve(const Eigen::ArrayXd& frequency_hz, const Eigen::ArrayXd& magnitude_db) {
  const Eigen::Index steps = frequency_hz.size() - 1;
  return frequency_hz[0] > 0.0 && std::isfinite(frequency_hz.sum()) && std::isfinite(magnitude_db.sum()) &&
         (frequency_hz.tail(steps) - frequency_hz.head(steps)).minCoeff() > 0.0;
}

/// Throws Error, which names the row.
void check_curve(const Eigen::ArrayXd& frequency_hz, const Eigen::ArrayXd& magnitude_db) {
  const auto refuse = [](const std::string& found, const std::string& wanted) {
    throw Error("not-a-curve", {}, found, wanted);
  };
  if (frequency_hz.size() != magnitude_db.size()) {
    refuse(std::to_string(frequency_hz.size()) + " frequencies and " + std::to_string(magnitude_db.size()) + " levels",
           "as many levels as frequencies");
  }
  if (frequency_hz.size() < 2) refuse(std::to_string(frequency_hz.size()) + " rows", "at least two");
  if (is_surely_curve(frequency_hz, magnitude_db)) return;
  double last = 0.0;
  for (Eigen::Index i = 0; i < frequency_hz.size(); ++i) {
    const double f = frequency_hz[i];
    if (!std::isfinite(f) || !std::isfinite(magnitude_db[i]))
      refuse("a number that is not finite in " + row_text(i), "finite numbers");
    if (!(f > last))
      refuse("a frequency in " + row_text(i) + " that is not above the one before",
             "positive, strictly increasing frequencies");
    last = f;
  }
}

}  // namespace

double octaves(const Band& band) {
  if (!(band.start_hz > 0.0 && band.start_hz <= band.stop_hz))
    throw Error("bad-band", {}, "a band whose ends do not rise from above 0 Hz", "0 < start_hz <= stop_hz");
  return std::log2(band.stop_hz / band.start_hz);
}

Curve::Curve(Eigen::ArrayXd frequency_hz, Eigen::ArrayXd magnitude_db)
    : frequency_hz_(std::move(frequency_hz)), magnitude_db_(std::move(magnitude_db)) {
  check_curve(frequency_hz_, magnitude_db_);
}

Curve Curve::with_levels(Eigen::ArrayXd magnitude_db) const {
  // The frequencies are known to be in order.
  if (magnitude_db.size() != size() || !std::isfinite(magnitude_db.sum())) check_curve(frequency_hz_, magnitude_db);
  Curve result;
  result.frequency_hz_ = frequency_hz_;
  result.magnitude_db_ = std::move(magnitude_db);
  return result;
}

Curve shifted(const Curve& curve, double shift_db) { return curve.with_levels(curve.magnitude_db() + shift_db); }

Curve difference(const Curve& a, const Curve& b) {
  if (a.size() != b.size() || (a.frequency_hz() != b.frequency_hz()).any()) {
    throw Error("different-grids", {}, "two curves on different frequencies", "the same frequencies");
  }
  return a.with_levels(a.magnitude_db() - b.magnitude_db());
}

std::optional<Curve> restricted(const Curve& curve, const Band& band) {
  const auto [first, count] = rows_inside(curve.frequency_hz(), band);
  if (count < 2) return std::nullopt;
  return Curve(curve.frequency_hz().segment(first, count), curve.magnitude_db().segment(first, count));
}

std::optional<double> mean_level_db(const Curve& curve, const Band& band) {
  const auto [first, count] = rows_inside(curve.frequency_hz(), band);
  if (count < 2) return std::nullopt;
  return curve.magnitude_db().segment(first, count).mean();
}

LogGrid::LogGrid(std::string name, Eigen::ArrayXd frequency_hz, double points_per_octave)
    : name_(std::move(name)), frequency_hz_(std::move(frequency_hz)), points_per_octave_(points_per_octave) {}

LogGrid LogGrid::per_octave(double points_per_octave, const Band& band) {
  if (!(points_per_octave >= 1.0 && points_per_octave <= 1000.0)) {
    throw Error("bad-grid", {}, short_number(points_per_octave) + " points per octave", "1 to 1000");
  }
  if (!(band.start_hz > 0.0 && band.start_hz < band.stop_hz && std::isfinite(band.stop_hz))) {
    throw Error("bad-grid", {}, short_number(band.start_hz) + " to " + short_number(band.stop_hz) + " Hz",
                "0 < start < stop");
  }
  const auto count = static_cast<Eigen::Index>(std::floor(octaves(band) * points_per_octave + 1e-9)) + 1;
  Eigen::ArrayXd frequency_hz(count);
  for (Eigen::Index k = 0; k < count; ++k)
    frequency_hz[k] = band.start_hz * std::exp2(static_cast<double>(k) / points_per_octave);
  return {"1/" + short_number(points_per_octave) + " octave", std::move(frequency_hz), points_per_octave};
}

LogGrid LogGrid::autoeq() {
  constexpr Eigen::Index kPoints = 695;
  Eigen::ArrayXd frequency_hz(kPoints);
  double f = 20.0;
  for (Eigen::Index k = 0; k < kPoints; ++k, f *= 1.01) frequency_hz[k] = f;
  return {"autoeq", std::move(frequency_hz), std::log(2.0) / std::log(1.01)};
}

}  // namespace headscore
