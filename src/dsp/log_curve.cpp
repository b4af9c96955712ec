#include "dsp/log_curve.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "headscore/interpolation.hpp"

namespace headscore {
namespace {

constexpr double kSameOctave = 1e-9;

/// Level at `octave` on the segment that ends at row `right`. Both weights are positive, so nothing cancels.
double on_segment(const LogCurve& curve, Eigen::Index right, double octave) {
  const double width = curve.octave[right] - curve.octave[right - 1];
  if (!(width > 0.0)) return curve.level_db[right];  // two frequencies one ulp apart
  const double from_left = (octave - curve.octave[right - 1]) / width;
  const double from_right = (curve.octave[right] - octave) / width;
  return curve.level_db[right - 1] * from_right + curve.level_db[right] * from_left;
}

/// Levels of `curve` at increasing places inside it.
Eigen::ArrayXd levels_at(const LogCurve& curve, const std::vector<double>& octaves) {
  Eigen::ArrayXd levels(static_cast<Eigen::Index>(octaves.size()));
  Eigen::Index right = 1;
  const Eigen::Index last = curve.octave.size() - 1;
  for (Eigen::Index k = 0; k < levels.size(); ++k) {
    const double octave = octaves[static_cast<std::size_t>(k)];
    while (right < last && curve.octave[right] < octave) ++right;
    levels[k] = on_segment(curve, right, octave);
  }
  return levels;
}

struct Interval {
  double start;
  double stop;
};

Interval covered(const LogCurve& curve, const Band& band) {
  return {std::max(curve.start_octave(), std::log2(band.start_hz)),
          std::min(curve.stop_octave(), std::log2(band.stop_hz))};
}

/// Rows strictly inside the interval.
std::pair<Eigen::Index, Eigen::Index> rows_inside(const LogCurve& curve, const Interval& interval) {
  const double* begin = curve.octave.data();
  const double* end = begin + curve.octave.size();
  const Eigen::Index first = std::upper_bound(begin, end, interval.start) - begin;
  const Eigen::Index last = std::lower_bound(begin, end, interval.stop) - begin;
  return {first, std::max<Eigen::Index>(0, last - first)};
}

/// take(last_octave, last_db, octave, level_db) for each segment inside the interval, from `base`, the level at its
/// start.
template <typename Take>
void for_segments(const LogCurve& curve, const Interval& interval, double base, const Take& take) {
  const auto [first, count] = rows_inside(curve, interval);
  const double* const octaves = curve.octave.data() + first;
  const double* const levels = curve.level_db.data() + first;
  double last_octave = interval.start;
  double last_db = base;
  for (Eigen::Index i = 0; i < count; ++i) {
    take(last_octave, last_db, octaves[i], levels[i]);
    last_octave = octaves[i];
    last_db = levels[i];
  }
  take(last_octave, last_db, interval.stop, level_at_octave(curve, interval.stop));
}

LogCurve cut_to(const LogCurve& curve, const Interval& interval) {
  const auto [first, count] = rows_inside(curve, interval);
  LogCurve result{Eigen::ArrayXd(count + 2), Eigen::ArrayXd(count + 2)};
  result.octave << interval.start, curve.octave.segment(first, count), interval.stop;
  result.level_db << level_at_octave(curve, interval.start), curve.level_db.segment(first, count),
      level_at_octave(curve, interval.stop);
  return result;
}

}  // namespace

bool covers(const Curve& curve, const Band& band) {
  return uncovered_octaves(curve, band) <= std::min(kEdgeToleranceOctaves, 0.5 * octaves(band));
}

Eigen::ArrayXd octaves_of(const Eigen::ArrayXd& frequency_hz) {
  return frequency_hz.unaryExpr([](double f) { return std::log2(f); });
}

LogCurve over_octaves(const Curve& curve) { return {octaves_of(curve.frequency_hz()), curve.magnitude_db()}; }

double level_at_octave(const LogCurve& curve, double octave) {
  const double* begin = curve.octave.data();
  const double* end = begin + curve.octave.size();
  const double inside = std::clamp(octave, curve.start_octave(), curve.stop_octave());
  const Eigen::Index right = std::lower_bound(begin + 1, end - 1, inside) - begin;
  return on_segment(curve, right, inside);
}

std::optional<LogCurve> cut(const LogCurve& curve, const Band& band) {
  const Interval interval = covered(curve, band);
  if (!(interval.start < interval.stop)) return std::nullopt;
  return cut_to(curve, interval);
}

std::optional<Moments> moments(const LogCurve& curve, const Band& band) {
  const Interval interval = covered(curve, band);
  if (!(interval.start < interval.stop)) return std::nullopt;
  // Sums about the middle of the band and the first level, so that a common level of 100 dB costs no digits.
  const double width = interval.stop - interval.start;
  const double middle = 0.5 * (interval.stop + interval.start);
  const double base = level_at_octave(curve, interval.start);
  double sum = 0.0;
  double square = 0.0;
  double product = 0.0;
  double lowest = base;
  double highest = base;
  for_segments(curve, interval, base, [&](double last_octave, double last_db, double octave, double level_db) {
    const double step = octave - last_octave;
    const double rise = level_db - last_db;
    const double centre = 0.5 * (octave + last_octave) - middle;
    const double level = 0.5 * (level_db - base + last_db - base);
    sum += step * level;
    square += step * (level * level + rise * rise / 12.0);
    product += step * (centre * level + step * rise / 12.0);
    lowest = std::min(lowest, level_db);
    highest = std::max(highest, level_db);
  });
  Moments result{interval.start, interval.stop};
  const double mean = sum / width;
  result.mean_db = base + mean;
  result.variance_db2 = std::max(0.0, square / width - mean * mean);
  const double variance_octave = width * width / 12.0;
  result.slope_db_per_octave = product / width / variance_octave;
  result.variance_about_slope_db2 =
      std::max(0.0, result.variance_db2 - result.slope_db_per_octave * result.slope_db_per_octave * variance_octave);
  result.largest_db = std::abs(lowest) > std::abs(highest) ? lowest : highest;
  result.largest_deviation_db = std::max(highest - result.mean_db, result.mean_db - lowest);
  return result;
}

std::optional<BandMean> band_mean(const LogCurve& curve, const Band& band) {
  const Interval interval = covered(curve, band);
  if (!(interval.start < interval.stop)) return std::nullopt;
  const double base = level_at_octave(curve, interval.start);
  double sum = 0.0;
  for_segments(curve, interval, base, [&](double last_octave, double last_db, double octave, double level_db) {
    sum += (octave - last_octave) * (0.5 * (level_db - base + last_db - base));
  });
  return BandMean{interval.start, interval.stop, base + sum / (interval.stop - interval.start)};
}

std::optional<LogCurve> difference(const LogCurve& a, const LogCurve& b, const Band& band) {
  const Interval of_a = covered(a, band);
  const Interval of_b = covered(b, band);
  const Interval common{std::max(of_a.start, of_b.start), std::min(of_a.stop, of_b.stop)};
  if (!(common.start < common.stop)) return std::nullopt;
  const auto [first_a, count_a] = rows_inside(a, common);
  const auto [first_b, count_b] = rows_inside(b, common);
  const double* rows_a = a.octave.data() + first_a;
  const double* rows_b = b.octave.data() + first_b;
  std::vector<double> octaves;
  octaves.reserve(static_cast<std::size_t>(count_a + count_b) + 2);
  octaves.push_back(common.start);
  std::set_union(rows_a, rows_a + count_a, rows_b, rows_b + count_b, std::back_inserter(octaves));
  octaves.push_back(common.stop);
  // Two axes that mean the same frequency may differ in the last digits; one row is enough.
  const auto same = [](double before, double octave) { return octave - before < kSameOctave; };
  octaves.erase(std::unique(octaves.begin(), octaves.end(), same), octaves.end());
  if (octaves.size() < 2) return std::nullopt;
  const Eigen::ArrayXd level_db = levels_at(a, octaves) - levels_at(b, octaves);
  const Eigen::Index rows = level_db.size();
  return LogCurve{Eigen::Map<const Eigen::ArrayXd>(octaves.data(), rows), level_db};
}

}  // namespace headscore
