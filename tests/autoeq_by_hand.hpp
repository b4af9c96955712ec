// AutoEq's preference scores written out the slow and obvious way, from nothing that the library has: the reference of
// its plugins.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace headscore::tests {

using Numbers = std::vector<double>;

inline Numbers over_ear_list() {
  return {20,    21,    22,    24,    25,    27,    28,    30,    32,   34,   36,   38,   40,    43,    45,    48,
          50,    53,    56,    60,    63,    67,    71,    75,    80,   85,   90,   95,   100,   106,   112,   118,
          125,   132,   140,   150,   160,   170,   180,   190,   200,  212,  224,  236,  250,   265,   280,   300,
          315,   335,   355,   375,   400,   425,   450,   475,   500,  530,  560,  600,  630,   670,   710,   750,
          800,   850,   900,   950,   1000,  1060,  1120,  1180,  1250, 1320, 1400, 1500, 1600,  1700,  1800,  1900,
          2000,  2120,  2240,  2360,  2500,  2650,  2800,  3000,  3150, 3350, 3550, 3750, 4000,  4250,  4500,  4750,
          5000,  5300,  5600,  6000,  6300,  6700,  7100,  7500,  8000, 8500, 9000, 9500, 10000, 10600, 11200, 11800,
          12500, 13200, 14000, 15000, 16000, 17000, 18000, 19000, 20000};
}

inline Numbers in_ear_list() {
  Numbers list = {20.0, 21.2, 22.4, 23.6, 25.0, 26.5, 28.0, 30.0, 31.5, 33.5, 35.5, 37.5, 40.0, 42.5, 45.0, 47.5};
  for (const double f : over_ear_list()) {
    if (f >= 50.0) list.push_back(f);
  }
  return list;
}

inline Numbers autoeq_grid() {
  Numbers grid;
  for (double f = 20.0; f <= 20000.0; f *= 1.01) grid.push_back(f);
  return grid;
}

/// Linear in dB over ln f; the end segments are continued. Searches from the start for every frequency.
inline double level_by_hand(const Numbers& f, const Numbers& db, double wanted) {
  std::size_t right = 1;
  while (right + 1 < f.size() && f[right] < wanted) ++right;
  const double x0 = std::log(f[right - 1]);
  const double x1 = std::log(f[right]);
  return db[right - 1] + (db[right] - db[right - 1]) * (std::log(wanted) - x0) / (x1 - x0);
}

inline Numbers levels_by_hand(const Numbers& f, const Numbers& db, const Numbers& wanted) {
  Numbers result;
  for (const double hz : wanted) result.push_back(level_by_hand(f, db, hz));
  return result;
}

inline double mean_by_hand(const Numbers& values) {
  double sum = 0.0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

/// Standard deviation with n - ddof in the denominator.
inline double deviation_by_hand(const Numbers& values, int ddof) {
  const double mean = mean_by_hand(values);
  double sum = 0.0;
  for (const double v : values) sum += (v - mean) * (v - mean);
  return std::sqrt(sum / static_cast<double>(static_cast<int>(values.size()) - ddof));
}

inline double slope_by_hand(const Numbers& x, const Numbers& y) {
  const double mx = mean_by_hand(x);
  const double my = mean_by_hand(y);
  double xy = 0.0;
  double xx = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mx) * (y[i] - my);
    xx += (x[i] - mx) * (x[i] - mx);
  }
  return xy / xx;
}

/// The rows of a list inside a band, ends included.
struct Masked {
  Numbers f;
  Numbers e;
};

inline Masked masked(const Numbers& f, const Numbers& e, double start, double stop) {
  Masked result;
  for (std::size_t i = 0; i < f.size(); ++i) {
    if (f[i] < start || f[i] > stop) continue;
    result.f.push_back(f[i]);
    result.e.push_back(e[i]);
  }
  return result;
}

/// Axis of the regression and degrees of freedom: AutoEq has ln and 1, other tools have others.
enum class Logarithm { kNatural, kTwo, kTen };

inline double over_ear_score_by_hand(const Numbers& error_on_grid, Logarithm logarithm = Logarithm::kNatural,
                                     int ddof = 1) {
  const Numbers list = over_ear_list();
  const Masked in = masked(list, levels_by_hand(autoeq_grid(), error_on_grid, list), 50.0, 10000.0);
  Numbers x;
  for (const double f : in.f) {
    x.push_back(logarithm == Logarithm::kNatural ? std::log(f)
                : logarithm == Logarithm::kTwo   ? std::log2(f)
                                                 : std::log10(f));
  }
  return 114.490443008238 - 12.62 * deviation_by_hand(in.e, ddof) - 15.5163857197367 * std::abs(slope_by_hand(x, in.e));
}

inline double in_ear_score_by_hand(const Numbers& error_on_grid) {
  const Numbers list = in_ear_list();
  Numbers error = levels_by_hand(autoeq_grid(), error_on_grid, list);
  double at_500 = 0.0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i] == 500.0) at_500 = error[i];
  }
  for (double& e : error) e -= at_500;
  const Masked wide = masked(list, error, 20.0, 10000.0);
  const Masked narrow = masked(list, error, 40.0, 10000.0);
  Numbers x;
  for (const double f : wide.f) x.push_back(std::log(f));
  double size = 0.0;
  for (const double e : narrow.e) size += std::abs(e);
  size /= static_cast<double>(narrow.e.size());
  return 100.0795 - 8.5 * deviation_by_hand(wide.e, 1) - 6.796 * std::abs(slope_by_hand(x, wide.e)) - 3.475 * size;
}

}  // namespace headscore::tests
