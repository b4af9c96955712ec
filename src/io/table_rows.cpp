#include "io/table_rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

namespace headscore {
namespace {

constexpr double kSameCurveDb = 0.05;       ///< copies differ by rounding at most
constexpr double kSentinelCliffDb = 20.0;   ///< an exact zero this far from its neighbours is a mark, not a level
constexpr double kImpossibleStepDb = 30.0;  ///< no response falls that much between two rows and stays there
constexpr double kAbsurdDb = 250.0;         ///< -999 and the like
constexpr double kSpikeDb = 20.0;           ///< one row above both its neighbours
constexpr double kHoleDb = 40.0;            ///< one row below both its neighbours
constexpr double kNeighboursAgreeDb = 10.0;
constexpr double kNeighbourRatio =
    1.27;  ///< of the neighbours' frequencies, about 1/3 octave: beyond, a row may differ

std::string number(double value, int digits = 6) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return text;
}

class RowChooser {
 public:
  RowChooser(const TextTable& table, std::size_t frequency_column, std::size_t level_column)
      : table_(table), f_(frequency_column), level_(level_column) {}

  ChosenRows run() {
    if (is_plain()) return consecutive();
    choose_blocks();
    drop_missing_levels();
    refuse_none();
    if (!is_clean()) {
      drop_duplicates();
      drop_broken_rows();
      drop_sentinels();
    }
    const bool one_run = f_ == 0 ? !table_.descending && table_.blocks.size() == 1 : !turned_;
    if (result_.rows.size() == table_.rows() && one_run) return consecutive();
    result_.count = result_.rows.size();
    return std::move(result_);
  }

 private:
  /// All rows as they stand.
  ChosenRows consecutive() {
    result_.rows.clear();
    result_.count = table_.rows();
    result_.consecutive = true;
    return std::move(result_);
  }

  [[nodiscard]] double frequency(std::size_t row) const { return table_.cell(row, f_); }
  [[nodiscard]] double level(std::size_t row) const { return table_.cell(row, level_); }

  void warn(const char* code, std::size_t row, std::string message) {
    result_.warnings.push_back({code, table_.line_of(row), std::move(message)});
  }

  [[nodiscard]] std::vector<std::size_t> rows_of(const RowBlock& block) const {
    std::vector<std::size_t> rows(block.count);
    std::iota(rows.begin(), rows.end(), block.first);
    if (table_.descending) std::reverse(rows.begin(), rows.end());
    return rows;
  }

  void choose_blocks() {
    if (f_ != 0) {
      choose_by_own_column();
      return;
    }
    std::vector<RowBlock> blocks = table_.blocks;
    if (blocks.size() > 1 && is_sorted_as_text()) {
      result_.rows.resize(table_.rows());
      std::iota(result_.rows.begin(), result_.rows.end(), std::size_t{0});
      std::sort(result_.rows.begin(), result_.rows.end(),
                [&](std::size_t a, std::size_t b) { return frequency(a) < frequency(b); });
      warn("unsorted-frequencies", blocks[1].first, "frequencies are sorted as text; rows were put in order");
      return;
    }
    drop_leading_numbers(blocks);
    const auto longest = std::max_element(blocks.begin(), blocks.end(),
                                          [](const RowBlock& a, const RowBlock& b) { return a.count < b.count; });
    if (blocks.size() > std::max<std::size_t>(6, table_.rows() / 20)) {
      throw Error("not-a-curve", {table_.path, table_.line_of(blocks[1].first)},
                  "frequencies that go back " + std::to_string(blocks.size() - 1) + " times in " +
                      std::to_string(table_.rows()) + " rows",
                  "frequencies in one direction");
    }
    result_.rows = rows_of(*longest);
    if (table_.descending)
      warn("descending-frequencies", longest->first, "frequencies run downwards; they were turned round");
    for (const RowBlock& block : blocks) {
      if (block.first != longest->first) join(block);
    }
  }

  /// An index or the levels stand first: their direction says nothing, that of the frequencies everything.
  void choose_by_own_column() {
    result_.rows.resize(table_.rows());
    std::iota(result_.rows.begin(), result_.rows.end(), std::size_t{0});
    drop_missing_levels();
    refuse_none();
    const auto falls = [&](std::size_t a, std::size_t b) { return frequency(a) > frequency(b); };
    if (std::is_sorted(result_.rows.begin(), result_.rows.end(), falls) && result_.rows.size() > 1 &&
        falls(result_.rows.front(), result_.rows.back())) {
      warn("descending-frequencies", result_.rows.front(), "frequencies run downwards; they were turned round");
      std::reverse(result_.rows.begin(), result_.rows.end());
      turned_ = true;
    }
    const auto rises = [&](std::size_t a, std::size_t b) { return frequency(a) < frequency(b); };
    const auto back = std::is_sorted_until(result_.rows.begin(), result_.rows.end(), rises);
    if (back != result_.rows.end()) {
      throw Error("not-a-curve", {table_.path, table_.line_of(*back)},
                  "frequencies that go back at " + number(frequency(*back)) + " Hz", "frequencies in one direction");
    }
  }

  /// "48000 256" before the table: numbers, but no rows of it.
  void drop_leading_numbers(std::vector<RowBlock>& blocks) {
    if (blocks.size() < 2 || blocks[0].count > 2 || blocks[1].count < 10 * blocks[0].count) return;
    warn("leading-numbers", blocks[0].first,
         "numbers before the table were left out: " + number(frequency(blocks[0].first)) + " ...");
    blocks.erase(blocks.begin());
  }

  /// "100 1000 12000 20 200": as a spreadsheet sorts text.
  [[nodiscard]] bool is_sorted_as_text() const {
    for (std::size_t row = 1; row < table_.rows(); ++row) {
      if (!(number(frequency(row - 1), 10) < number(frequency(row), 10))) return false;
    }
    return true;
  }

  /// Another block beside the longest: a copy, another curve, or a part that was written out of order.
  void join(const RowBlock& block) {
    const std::vector<std::size_t> rows = rows_of(block);
    const double start = frequency(result_.rows.front());
    const double stop = frequency(result_.rows.back());
    const double overlap = std::log(std::min(stop, frequency(rows.back())) / std::max(start, frequency(rows.front())));
    const double width = std::min(std::log(stop / start), std::log(frequency(rows.back()) / frequency(rows.front())));
    const bool over_each_other =
        rows.size() == 1 ? frequency(rows[0]) >= start && frequency(rows[0]) <= stop : overlap > 0.5 * width;
    if (!over_each_other) {
      refuse_dotted_thousands(rows);
      merge(rows);
      warn("unsorted-frequencies", block.first,
           "frequencies go back at " + number(frequency(block.first)) + " Hz; rows were put in order");
      return;
    }
    const double largest = largest_difference(rows);
    if (largest <= kSameCurveDb) {
      std::vector<std::size_t> outside;
      std::copy_if(rows.begin(), rows.end(), std::back_inserter(outside),
                   [&](std::size_t row) { return frequency(row) < start || frequency(row) > stop; });
      merge(outside);
      warn("two-copies-joined", block.first, "the same curve starts again; one copy was kept");
    } else {
      warn("two-curves-joined", block.first,
           "another curve starts at " + number(frequency(block.first)) + " Hz, up to " + number(largest, 3) +
               " dB from the one that was kept (rows from line " +
               std::to_string(table_.line_of(result_.rows.front())) + ")");
    }
  }

  /// "999", then "1.003": dots between thousands that look like decimal points.
  void refuse_dotted_thousands(const std::vector<std::size_t>& rows) const {
    const double gap = frequency(rows.front()) * 1000.0 / frequency(result_.rows.back());
    if (rows.size() < 2 || frequency(result_.rows.back()) >= 1000.0 || gap < 1.0 || gap > 2.5) return;
    throw Error("ambiguous-numbers", {table_.path, table_.line_of(rows.front())},
                "frequencies that go on from " + number(frequency(result_.rows.back())) + " to " +
                    number(frequency(rows.front())) + ": dots between thousands, or kHz behind Hz",
                "one unit and a decimal point throughout");
  }

  void merge(const std::vector<std::size_t>& rows) {
    result_.rows.insert(result_.rows.end(), rows.begin(), rows.end());
    std::stable_sort(result_.rows.begin(), result_.rows.end(),
                     [&](std::size_t a, std::size_t b) { return frequency(a) < frequency(b); });
  }

  [[nodiscard]] double largest_difference(const std::vector<std::size_t>& rows) const {
    double largest = 0.0;
    std::size_t right = 1;
    for (const std::size_t row : rows) {
      const double f = frequency(row);
      if (f < frequency(result_.rows.front()) || f > frequency(result_.rows.back()) || result_.rows.size() < 2)
        continue;
      while (right + 1 < result_.rows.size() && frequency(result_.rows[right]) < f) ++right;
      const std::size_t a = result_.rows[right - 1];
      const std::size_t b = result_.rows[right];
      const double width = frequency(b) - frequency(a);
      const double weight = width > 0.0 ? (f - frequency(a)) / width : 1.0;
      largest = std::max(largest, std::abs(level(row) - (level(a) + (level(b) - level(a)) * weight)));
    }
    return largest;
  }

  void drop_missing_levels() {
    const auto missing = [&](std::size_t row) {
      return std::isnan(level(row)) || std::isnan(frequency(row)) || frequency(row) <= 0.0;
    };
    if (level_ == 1 && f_ == 0) return;  // the parser demands both of these cells
    const auto first = std::find_if(result_.rows.begin(), result_.rows.end(), missing);
    if (first == result_.rows.end()) return;
    warn("missing-value-dropped", *first, "rows without a level were dropped");
    result_.rows.erase(std::remove_if(first, result_.rows.end(), missing), result_.rows.end());
  }

  /// The scale: SPL near 90 dB, compensated data near 0 dB. The median of three rows, for one of them may be the mark.
  [[nodiscard]] double middle_level() const {
    const std::size_t n = result_.rows.size();
    return median_of(level(result_.rows[n / 4]), level(result_.rows[n / 2]), level(result_.rows[3 * n / 4]));
  }

  static double median_of(double a, double b, double c) {
    return std::max(std::min(a, b), std::min(std::max(a, b), c));
  }

  /// One look at each row tells that nothing is to be dropped: frequencies increase, and every mark of drop_sentinels()
  /// needs a zero, a level far from the middle_level(), or an end below 0 dB. `row_at(i)`: the i-th of `count` rows.
  template <typename RowAt>
  [[nodiscard]] bool are_clean(std::size_t count, const RowAt& row_at, double middle) const {
    const std::size_t stride = table_.stride;
    const double* const frequencies = table_.cells.data() + f_;
    const double* const levels = table_.cells.data() + level_;
    double before = -std::numeric_limits<double>::infinity();
    double lowest = middle;
    double highest = middle;
    double last = level(row_at(0));
    double step = 0.0;
    unsigned clean = last >= 0.0 && level(row_at(count - 1)) >= 0.0 ? 1U : 0U;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t place = row_at(i) * stride;
      const double here = frequencies[place];
      const double value = levels[place];
      clean &= static_cast<unsigned>(here > before) & static_cast<unsigned>(std::abs(value) > 0.0);  // no branches
      lowest = std::min(lowest, value);
      highest = std::max(highest, value);
      step = std::max(step, std::abs(value - last));
      last = value;
      before = here;
    }
    return clean != 0 && step <= kSpikeDb && highest - middle <= kAbsurdDb && middle - lowest <= kAbsurdDb;
  }

  [[nodiscard]] bool is_clean() const {
    return are_clean(result_.rows.size(), [&](std::size_t i) { return result_.rows[i]; }, middle_level());
  }

  /// Frequency and level in the first two columns of one ascending block, as almost all tables are, and nothing to
  /// drop.
  [[nodiscard]] bool is_plain() const {
    const std::size_t n = table_.rows();
    if (f_ != 0 || level_ != 1 || table_.descending || table_.blocks.size() != 1 || n == 0) return false;
    const auto row_at = [](std::size_t i) { return i; };
    return are_clean(n, row_at, median_of(level(n / 4), level(n / 2), level(3 * n / 4)));
  }

  void refuse_none() const {
    if (!result_.rows.empty()) return;
    throw Error("not-a-curve", {table_.path, table_.line_of(0)}, "no row with a frequency and a level",
                "rows of frequency and level");
  }

  void drop_duplicates() {
    std::size_t dropped = 0;
    std::size_t first = 0;
    double largest = 0.0;
    std::size_t kept = 0;
    for (const std::size_t row : result_.rows) {
      if (kept != 0 && frequency(row) <= frequency(result_.rows[kept - 1])) {
        if (dropped++ == 0) first = row;
        largest = std::max(largest, std::abs(level(row) - level(result_.rows[kept - 1])));
      } else {
        result_.rows[kept++] = row;
      }
    }
    if (dropped == 0) return;
    result_.rows.resize(kept);
    warn("duplicate-frequency", first,
         std::to_string(dropped) + (dropped == 1 ? " row repeats" : " rows repeat") +
             " a frequency; the first was kept (levels differ by up to " + number(largest, 3) + " dB)");
  }

  void drop_sentinels() {
    if (result_.rows.size() < 3) return;
    const double middle = middle_level();
    std::vector<bool> drop(result_.rows.size(), false);
    mark_zeros(drop);
    mark_absurd(drop, middle);
    mark_cliff(drop, middle);
    mark_plateaus(drop);
    const auto count = static_cast<std::size_t>(std::count(drop.begin(), drop.end(), true));
    if (count == 0 || count + 2 > result_.rows.size()) return;
    const std::size_t at = static_cast<std::size_t>(std::find(drop.begin(), drop.end(), true) - drop.begin());
    const std::size_t row = result_.rows[at];
    warn("sentinel-row-dropped", row,
         std::to_string(count) + (count == 1 ? " row" : " rows") + " that cannot be levels, the first " +
             number(level(row)) + " dB at " + number(frequency(row)) + " Hz");
    std::size_t kept = 0;
    for (std::size_t i = 0; i < result_.rows.size(); ++i) {
      if (!drop[i]) result_.rows[kept++] = result_.rows[i];
    }
    result_.rows.resize(kept);
  }

  /// A row far off both its neighbours, which agree: a lost sign or digit, a level that is a phase. No resonance rises
  /// by so much between two rows, no null falls so far and comes back.
  void drop_broken_rows() {
    const double middle = middle_level();
    const auto is_broken = [&](std::size_t i) {
      const std::size_t left = result_.rows[i - 1];
      const std::size_t right = result_.rows[i + 1];
      if (frequency(right) > kNeighbourRatio * frequency(left)) return false;
      if (std::abs(level(left) - level(right)) > kNeighboursAgreeDb) return false;
      const double value = level(result_.rows[i]);
      if (value == 0.0 || std::abs(value - middle) > kAbsurdDb) return false;  // a mark for no data: drop_sentinels()
      return value - std::max(level(left), level(right)) > kSpikeDb ||
             std::min(level(left), level(right)) - value > kHoleDb;
    };
    if (result_.rows.size() < 3) return;
    std::vector<std::size_t> broken;
    for (std::size_t i = 1; i + 1 < result_.rows.size(); ++i) {
      if (is_broken(i)) broken.push_back(i);
    }
    if (broken.empty() || broken.size() * 20 > result_.rows.size()) return;
    const std::size_t row = result_.rows[broken.front()];
    warn("broken-row-dropped", row,
         std::to_string(broken.size()) + (broken.size() == 1 ? " row" : " rows") +
             " that no response can have between its neighbours, the first " + number(level(row)) + " dB at " +
             number(frequency(row)) + " Hz beside " + number(level(result_.rows[broken.front() - 1])) + " dB");
    std::vector<std::size_t> kept;
    kept.reserve(result_.rows.size() - broken.size());
    for (std::size_t i = 0; i < result_.rows.size(); ++i) {
      if (!std::binary_search(broken.begin(), broken.end(), i)) kept.push_back(result_.rows[i]);
    }
    result_.rows = std::move(kept);
  }

  void mark_zeros(std::vector<bool>& drop) const {
    const std::size_t n = result_.rows.size();
    for (std::size_t i = 0; i < n; ++i) {
      if (level(result_.rows[i]) != 0.0) continue;
      std::size_t before = i;
      std::size_t behind = i;
      while (before > 0 && level(result_.rows[before]) == 0.0) --before;
      while (behind + 1 < n && level(result_.rows[behind]) == 0.0) ++behind;
      const double a = level(result_.rows[before]);
      const double b = level(result_.rows[behind]);
      const bool cliff_before = std::abs(a) >= kSentinelCliffDb || a == 0.0;
      const bool cliff_behind = std::abs(b) >= kSentinelCliffDb || b == 0.0;
      const bool mark = cliff_before && cliff_behind && (a != 0.0 || b != 0.0);
      for (std::size_t k = i; k < n && level(result_.rows[k]) == 0.0; ++k) {
        drop[k] = mark;
        i = k;
      }
    }
  }

  void mark_absurd(std::vector<bool>& drop, double middle) const {
    for (std::size_t i = 0; i < drop.size(); ++i) {
      if (std::abs(level(result_.rows[i]) - middle) > kAbsurdDb) drop[i] = true;
    }
  }

  /// On an SPL scale the ends fall below 0 dB over steps that no response has: what REW's trace arithmetic leaves
  /// behind.
  void mark_cliff(std::vector<bool>& drop, double middle) const {
    if (middle < 40.0) return;
    const auto falls = [&](std::size_t outer, std::size_t inner) {
      return level(result_.rows[inner]) - level(result_.rows[outer]) >= kImpossibleStepDb;
    };
    const std::size_t n = result_.rows.size();
    std::size_t last = n - 1;
    if (level(result_.rows[last]) < 0.0) {
      while (last > 1 && falls(last, last - 1)) drop[last--] = true;
    }
    std::size_t first = 0;
    if (level(result_.rows[first]) < 0.0) {
      while (first + 2 < n && falls(first, first + 1)) drop[first++] = true;
    }
  }

  /// The same number in every row from an end on, and a step that no response has before it: "-100" for nothing
  /// measured.
  void mark_plateaus(std::vector<bool>& drop) const {
    const std::size_t n = result_.rows.size();
    const auto mark = [&](auto row_from_end) {
      std::size_t length = 1;
      while (length < n && level(result_.rows[row_from_end(length)]) == level(result_.rows[row_from_end(0)])) ++length;
      if (length < 2 || length == n) return;
      if (level(result_.rows[row_from_end(length)]) - level(result_.rows[row_from_end(0)]) < kImpossibleStepDb) return;
      for (std::size_t i = 0; i < length; ++i) drop[row_from_end(i)] = true;
    };
    mark([](std::size_t i) { return i; });
    mark([n](std::size_t i) { return n - 1 - i; });
  }

  const TextTable& table_;
  std::size_t f_;
  std::size_t level_;
  bool turned_ = false;
  ChosenRows result_;
};

}  // namespace

ChosenRows chosen_rows(const TextTable& table, std::size_t frequency_column, std::size_t level_column) {
  return RowChooser(table, frequency_column, level_column).run();
}

}  // namespace headscore
