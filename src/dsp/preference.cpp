#include "dsp/preference.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

#include "headscore/error.hpp"
#include "headscore/interpolation.hpp"

namespace headscore {
namespace {

/// Where the in-ear models take the level out before the mean error.
constexpr double kMeanErrorReferenceHz = 500.0;

std::string band_text(double start_hz, double stop_hz) {
  char text[64];
  std::snprintf(text, sizeof text, "%.5g-%.5g Hz", start_hz, stop_hz);
  return text;
}

std::string missing_text(const Curve& error, const Band& band) {
  if (error.start_hz() >= band.stop_hz || error.stop_hz() <= band.start_hz) {
    return "all of " + band_text(band.start_hz, band.stop_hz);
  }
  std::string text;
  if (error.start_hz() > band.start_hz) text = band_text(band.start_hz, error.start_hz());
  if (error.stop_hz() < band.stop_hz) {
    text += (text.empty() ? "" : " and ") + band_text(error.stop_hz(), band.stop_hz);
  }
  return text;
}

Term term(std::string name, double coefficient, double quantity, std::string unit, std::string note) {
  return {std::move(name), coefficient * quantity, quantity, std::move(unit), coefficient, std::move(note)};
}

/// Level at a frequency inside the rows, linear over log frequency. Two rows are looked at: planning an interpolation
/// of the whole curve would cost more than the model.
double level_inside(const Rows& frequency_hz, const Rows& levels_db, double wanted_hz) {
  const double* begin = frequency_hz.data();
  const Eigen::Index right = std::lower_bound(begin, begin + frequency_hz.size(), wanted_hz) - begin;
  if (frequency_hz[right] == wanted_hz) return levels_db[right];
  const double weight =
      std::log(wanted_hz / frequency_hz[right - 1]) / std::log(frequency_hz[right] / frequency_hz[right - 1]);
  return levels_db[right - 1] + (levels_db[right] - levels_db[right - 1]) * weight;
}

std::string slope_note(double slope_db_per_ln_hz) {
  constexpr double kShownAsZero = 0.005;
  if (std::abs(slope_db_per_ln_hz) < kShownAsZero) return "error has no tilt";
  return slope_db_per_ln_hz < 0.0 ? "error falls towards treble" : "error rises towards treble";
}

}  // namespace

double mean_error_reference_db(const Rows& frequency_hz, const Rows& levels_db) {
  return level_inside(frequency_hz, levels_db, kMeanErrorReferenceHz);
}

std::vector<Term> preference_terms(const PreferenceCoefficients& coefficients, const ErrorStatistics& error) {
  std::vector<Term> terms;
  terms.reserve(4);
  terms.push_back({"intercept", coefficients.intercept, std::nullopt, "", std::nullopt, "rating of a perfect match"});
  terms.push_back(
      term("deviation", -coefficients.per_deviation, error.deviation_db, "dB", "standard deviation of the error"));
  terms.push_back(term("slope", -coefficients.per_slope, std::abs(error.slope_db_per_ln_hz), "dB/ln Hz",
                       slope_note(error.slope_db_per_ln_hz)));
  if (coefficients.per_mean_error && error.mean_error_db) {
    terms.push_back(term("mean error", -*coefficients.per_mean_error, *error.mean_error_db, "dB",
                         "mean size of the error re 500 Hz, 40 Hz-10 kHz"));
  }
  return terms;
}

void check_coverage(const Curve& error, const Band& band) {
  if (uncovered_octaves(error, band) <= kMostMissingOctaves) return;
  throw Error("band-not-covered", {}, "an error curve that lacks " + missing_text(error, band),
              "at most 1/3 octave of " + band_text(band.start_hz, band.stop_hz) + " missing");
}

Eigen::Index PreparedGrid::first_row(const Eigen::ArrayXd& frequency_hz) const {
  const double* begin = frequency_hz_.data();
  const Eigen::Index first = std::lower_bound(begin, begin + frequency_hz_.size(), frequency_hz[0]) - begin;
  const bool is_run = first + frequency_hz.size() <= frequency_hz_.size() &&
                      std::memcmp(frequency_hz.data(), begin + first,
                                  sizeof(double) * static_cast<std::size_t>(frequency_hz.size())) == 0;
  if (!is_run) throw Error("different-grids", {}, "an error curve on other frequencies", "one on the model's grid");
  return first;
}

ErrorStatistics error_statistics(const PreparedGrid& grid, Eigen::Index first_row, const Eigen::ArrayXd& levels_db,
                                 const Band& band, const std::optional<Band>& mean_error_band) {
  const Rows frequency_hz = grid.frequency_hz().segment(first_row, levels_db.size());
  const Rows ln_hz = grid.ln_hz().segment(first_row, levels_db.size());
  const RowSpan outer = rows_inside(frequency_hz, band);
  const Rows inside_db = levels_db.segment(outer.first, outer.count);
  ErrorStatistics result;
  result.deviation_db = sample_standard_deviation(inside_db);
  result.slope_db_per_ln_hz = regression_slope(ln_hz.segment(outer.first, outer.count), inside_db);
  if (mean_error_band) {
    const RowSpan inner = rows_inside(frequency_hz, *mean_error_band);
    const double reference_db = mean_error_reference_db(frequency_hz, levels_db);
    result.mean_error_db = mean_absolute_deviation(levels_db.segment(inner.first, inner.count), reference_db);
  }
  return result;
}

ErrorStatistics error_statistics(const PreparedGrid& grid, const Curve& error, const Band& band,
                                 const std::optional<Band>& mean_error_band) {
  check_coverage(error, band);
  return error_statistics(grid, grid.first_row(error.frequency_hz()), error.magnitude_db(), band, mean_error_band);
}

}  // namespace headscore
