#include "dsp/extrema.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "dsp/log_curve.hpp"
#include "headscore/curve_analyser.hpp"
#include "headscore/smoothing.hpp"

namespace headscore {
namespace {

/// For each row, the lowest level between it and the nearest higher row before it (or the first row). Each row is
/// pushed and popped once. Equal heights do not end the search, as in scipy.signal.peak_prominences.
Eigen::ArrayXd lowest_before(const Eigen::ArrayXd& level_db) {
  Eigen::ArrayXd lowest(level_db.size());
  std::vector<Eigen::Index> descending;  // rows that no later row has reached yet
  descending.reserve(static_cast<std::size_t>(level_db.size()));
  for (Eigen::Index i = 0; i < level_db.size(); ++i) {
    lowest[i] = level_db[i];
    while (!descending.empty() && level_db[descending.back()] <= level_db[i]) {
      lowest[i] = std::min(lowest[i], lowest[descending.back()]);
      descending.pop_back();
    }
    descending.push_back(i);
  }
  return lowest;
}

/// Rows between which the level only rises or only falls, the first and the last included: the lowest level between two
/// rows, one of them a peak, stands on one of these.
std::vector<Eigen::Index> turning_rows(const Eigen::ArrayXd& level_db) {
  std::vector<Eigen::Index> rows{0};
  const Eigen::Index last = level_db.size() - 1;
  for (Eigen::Index i = 1; i < last; ++i) {
    const bool rises = level_db[i - 1] < level_db[i] && level_db[i] < level_db[i + 1];
    const bool falls = level_db[i - 1] > level_db[i] && level_db[i] > level_db[i + 1];
    if (!rises && !falls) rows.push_back(i);
  }
  if (last > 0) rows.push_back(last);
  return rows;
}

/// Vertex of the parabola through rows i - 1, i and i + 1, in octaves; the middle row where they are level.
double vertex_octave(const LogCurve& curve, Eigen::Index i) {
  const double before = curve.octave[i] - curve.octave[i - 1];
  const double after = curve.octave[i + 1] - curve.octave[i];
  if (!(before > 0.0 && after > 0.0)) return curve.octave[i];
  const double rise = (curve.level_db[i] - curve.level_db[i - 1]) / before;
  const double fall = (curve.level_db[i + 1] - curve.level_db[i]) / after;
  const double curvature = (fall - rise) / (before + after);
  if (!(std::abs(curvature) > 0.0)) return curve.octave[i];
  const double slope_at_row = (rise * after + fall * before) / (before + after);
  return curve.octave[i] + std::clamp(-0.5 * slope_at_row / curvature, -0.5 * before, 0.5 * after);
}

/// Octave where the level first falls to `height` on the way from row `i` in direction `step` (+1 or -1).
std::optional<double> crossing(const LogCurve& curve, Eigen::Index i, Eigen::Index step, double height) {
  for (Eigen::Index k = i; k + step >= 0 && k + step < curve.octave.size(); k += step) {
    const double inner = curve.level_db[k];
    const double outer = curve.level_db[k + step];
    if (outer > height) continue;
    const double share = inner > outer ? (inner - height) / (inner - outer) : 0.0;
    return curve.octave[k] + share * (curve.octave[k + step] - curve.octave[k]);
  }
  return std::nullopt;
}

struct Peaks {
  const LogCurve& curve;  ///< dips: upside down
  bool is_peak;
  double least_prominence_db;
};

Extremum described(const Peaks& peaks, Eigen::Index row, double prominence_db, const LogCurve& original) {
  const double octave = vertex_octave(peaks.curve, row);
  Extremum extremum;
  extremum.is_peak = peaks.is_peak;
  extremum.frequency_hz = std::exp2(octave);
  extremum.level_db = level_at_octave(original, octave);
  extremum.prominence_db = prominence_db;
  const double height = peaks.curve.level_db[row] - 0.5 * prominence_db;
  const std::optional<double> low = crossing(peaks.curve, row, -1, height);
  const std::optional<double> high = crossing(peaks.curve, row, +1, height);
  if (low && high && *low < *high) extremum.q = extremum.frequency_hz / (std::exp2(*high) - std::exp2(*low));
  return extremum;
}

void append(std::vector<Extremum>& found, const Peaks& peaks, const LogCurve& original) {
  const Eigen::ArrayXd& level_db = peaks.curve.level_db;
  const std::vector<Eigen::Index> turning = turning_rows(level_db);
  Eigen::ArrayXd turning_db(static_cast<Eigen::Index>(turning.size()));
  for (Eigen::Index t = 0; t < turning_db.size(); ++t) turning_db[t] = level_db[turning[static_cast<std::size_t>(t)]];
  const Eigen::ArrayXd before = lowest_before(turning_db);
  const Eigen::ArrayXd after = lowest_before(turning_db.reverse()).reverse();
  const Eigen::Index last = level_db.size() - 1;
  for (Eigen::Index i = 1; i < last; ++i) {
    if (!(level_db[i] > level_db[i - 1])) continue;
    Eigen::Index end = i;  // of a plateau
    while (end < last && level_db[end + 1] == level_db[i]) ++end;
    if (end == last || level_db[end + 1] > level_db[i]) continue;
    const Eigen::Index middle = (i + end) / 2;
    const Eigen::Index turn = std::lower_bound(turning.begin(), turning.end(), middle) - turning.begin();
    const double prominence_db = level_db[middle] - std::max(before[turn], after[turn]);
    if (prominence_db < peaks.least_prominence_db) continue;
    found.push_back(described(peaks, middle, prominence_db, original));
  }
}

}  // namespace

std::vector<Extremum> extrema_of(const LogCurve& curve, const Eigen::ArrayXd& smooth_db, double least_prominence_db) {
  LogCurve levels{curve.octave, smooth_db};
  std::vector<Extremum> found;
  append(found, {levels, true, least_prominence_db}, curve);
  levels.level_db = -levels.level_db;
  append(found, {levels, false, least_prominence_db}, curve);
  std::sort(found.begin(), found.end(), [](const Extremum& a, const Extremum& b) {
    return a.prominence_db != b.prominence_db ? a.prominence_db > b.prominence_db : a.frequency_hz < b.frequency_hz;
  });
  return found;
}

std::vector<Extremum> extrema(const Curve& curve, double least_prominence_db) {
  return extrema_of(over_octaves(curve), smoothed(curve, kExtremaSmoothing).magnitude_db(), least_prominence_db);
}

}  // namespace headscore
