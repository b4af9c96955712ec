#include "catalog/price_dominance.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <numeric>
#include <span>
#include <utility>

#include "headscore/error.hpp"

namespace headscore {
namespace {

constexpr std::size_t kThresholds = 64;  ///< a metric
constexpr std::size_t kFirstTile =
    2048;  ///< candidates whose bitsets are built together; most products find their answer early
constexpr std::size_t kLargestTile = 32768;
constexpr std::size_t kCoarseWords = kLargestTile / 64 / 64;
constexpr std::size_t kMostSubsetRows = 768;
constexpr std::size_t kQuantileSample = 16384;
constexpr std::size_t kSelectivitySample = 8192;
constexpr std::size_t kSplitSample = 48;  ///< candidates that a split of the tile is chosen by

/// Up to `width` neighbouring bits of one column of marks; row `first_row + s - 1` is "has every bit of the subset s".
struct MarkGroup {
  std::size_t column = 0;
  unsigned shift = 0;
  unsigned width = 0;
  std::size_t first_row = 0;

  [[nodiscard]] std::uint64_t subset(std::uint64_t marks) const {
    return (marks >> shift) & ((std::uint64_t{1} << width) - 1);
  }
};

/// Ascending thresholds of one metric; row `first_row + t` is "offers no more than threshold t".
struct MetricRows {
  std::vector<double> thresholds;
  std::size_t first_row = 0;
};

class Search {
 public:
  explicit Search(const DominanceColumns& columns) : columns_(columns), answer_(columns.price.size(), kNoProduct) {
    check();
    put_in_order();
    choose_thresholds();
    choose_groups();
    pack_demands();
    choose_rows();
  }

  std::vector<std::uint32_t> run() {
    std::vector<std::uint32_t> open(order_.size());  // places in the order of those that still ask
    std::iota(open.begin(), open.end(), 0U);
    std::erase_if(open, [&](std::uint32_t place) { return !asks(order_[place]); });

    std::size_t next = 0;
    while (next < order_.size() && !open.empty()) {
      next = fill_tile(next);
      if (tile_.empty()) break;
      std::size_t kept = 0;
      for (const std::uint32_t place : open) {
        if (same_price_[place] <= first_place_) continue;  // nothing that is left is cheaper
        if (!query(place)) open[kept++] = place;
      }
      open.resize(kept);
    }
    return std::move(answer_);
  }

 private:
  [[nodiscard]] std::size_t size() const { return columns_.price.size(); }
  [[nodiscard]] bool asks(std::uint32_t product) const { return columns_.asks.empty() || columns_.asks[product]; }

  void check() const {
    const std::size_t n = size();
    bool same = n < kNoProduct && columns_.offered.size() == columns_.tolerance.size() &&
                columns_.wanted.size() == columns_.tolerance.size() &&
                columns_.offered_marks.size() == columns_.wanted_marks.size() &&
                columns_.any_offered.size() == columns_.any_wanted.size();
    const auto check_all = [&](const auto& all) {
      for (const auto& column : all) same = same && column.size() == n;
    };
    check_all(columns_.offered);
    check_all(columns_.wanted);
    check_all(columns_.offered_marks);
    check_all(columns_.wanted_marks);
    same = same && (columns_.any_offered.empty() || columns_.any_offered.size() == n) &&
           (columns_.asks.empty() || columns_.asks.size() == n);
    if (!same) throw Error("bad-columns", {}, "columns of different lengths", "one length, below 2^32 - 1");
  }

  void put_in_order() {
    for (std::uint32_t i = 0; i < size(); ++i) {
      if (!std::isnan(columns_.price[i])) order_.push_back(i);
    }
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return columns_.price[a] < columns_.price[b]; });
    pruned_.assign(order_.size(), 0);
    for (std::uint32_t place = 0; place < order_.size(); ++place) {
      const bool same = place > 0 && columns_.price[order_[place]] == columns_.price[order_[place - 1]];
      same_price_.push_back(same ? same_price_.back() : place);
    }
  }

  void choose_thresholds() {
    const std::size_t step = std::max<std::size_t>(1, order_.size() / kQuantileSample);
    for (const std::vector<double>& offered : columns_.offered) {
      std::vector<double> sample;
      for (std::size_t i = 0; i < order_.size(); i += step) {
        if (const double value = offered[order_[i]]; !std::isnan(value)) sample.push_back(value);
      }
      std::sort(sample.begin(), sample.end());
      MetricRows rows;
      for (std::size_t t = 0; t + 1 < kThresholds && !sample.empty(); ++t) {
        rows.thresholds.push_back(sample[(t + 1) * (sample.size() - 1) / kThresholds]);
      }
      rows.thresholds.push_back(std::numeric_limits<double>::infinity());  // everything that is known at all
      rows.thresholds.erase(std::unique(rows.thresholds.begin(), rows.thresholds.end()), rows.thresholds.end());
      rows.first_row = rows_;
      rows_ += rows.thresholds.size();
      metrics_.push_back(std::move(rows));
    }
    for (const std::vector<double>& wanted : columns_.wanted) {
      std::vector<double> sample;
      for (std::size_t i = 0; i < order_.size(); i += step) {
        if (const double value = wanted[order_[i]]; !std::isnan(value))
          sample.push_back(value + columns_.tolerance[wanted_sample_.size()]);
      }
      std::sort(sample.begin(), sample.end());
      wanted_sample_.push_back(std::move(sample));
    }
  }

  void choose_groups() {
    std::vector<unsigned> bits;  // wanted bits of each column, up to the highest
    std::size_t all = 0;
    for (const std::vector<std::uint64_t>& column : columns_.wanted_marks) {
      std::uint64_t used = 0;
      for (const std::uint32_t i : order_) used |= column[i];
      bits.push_back(static_cast<unsigned>(std::bit_width(used)));
      all += bits.back();
      wanted_share_.emplace_back(bits.back(), 0.0);
      const std::size_t step = std::max<std::size_t>(1, order_.size() / kSelectivitySample);
      const double one = static_cast<double>(step) / static_cast<double>(order_.size());
      for (std::size_t i = 0; i < order_.size(); i += step) {
        for (std::uint64_t left = column[order_[i]]; left != 0; left &= left - 1)
          wanted_share_.back()[static_cast<std::size_t>(std::countr_zero(left))] += one;
      }
    }
    unsigned width = 8;
    while (width > 1 && (all + width - 1) / width * ((std::size_t{1} << width) - 1) > kMostSubsetRows) --width;
    for (std::size_t c = 0; c < bits.size(); ++c) {
      for (unsigned shift = 0; shift < bits[c]; shift += width) {
        groups_.push_back({c, shift, std::min(width, bits[c] - shift), rows_});
        rows_ += (std::size_t{1} << groups_.back().width) - 1;
      }
    }
  }

  /// What each place wants, together in memory.
  void pack_demands() {
    const std::size_t k = columns_.offered.size();
    wanted_.resize(order_.size() * k);
    for (std::size_t m = 0; m < k; ++m) {
      for (std::size_t i = 0; i < order_.size(); ++i) wanted_[i * k + m] = columns_.wanted[m][order_[i]];
    }
  }

  [[nodiscard]] bool within(std::size_t m, double offered, double wanted) const {
    return offered - wanted <= columns_.tolerance[m];
  }

  /// Shares of the candidates in each row, from a sample.
  [[nodiscard]] std::vector<double> row_shares() const {
    std::vector<double> shares(rows_, 0.0);
    const std::size_t step = std::max<std::size_t>(1, order_.size() / kSelectivitySample);
    const double one = 1.0 / std::ceil(static_cast<double>(order_.size()) / static_cast<double>(step));
    for (std::size_t i = 0; i < order_.size(); i += step) {
      for_each_own_row(order_[i], [&](std::size_t row) { shares[row] += one; });
    }
    spread_rows([&](std::size_t row, std::size_t other) { shares[row] += shares[other]; });
    return shares;
  }

  /// Gives the rows numbers in the order of their selectivity, so that a product's rows are sorted as plain numbers.
  void rank_rows() {
    const std::vector<double> shares = row_shares();
    std::vector<std::uint32_t> by_share(rows_);
    std::iota(by_share.begin(), by_share.end(), 0U);
    std::stable_sort(by_share.begin(), by_share.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return shares[a] < shares[b]; });
    rank_.resize(rows_);
    for (std::uint32_t r = 0; r < rows_; ++r) rank_[by_share[r]] = static_cast<std::uint16_t>(r);
  }

  /// Calls `take` with the lowest threshold row of each metric and the row of exactly its marks in each group; the
  /// other rows of a candidate follow from these (see spread_rows).
  template <typename Take>
  void for_each_own_row(std::uint32_t candidate, const Take& take) const {
    for (std::size_t m = 0; m < metrics_.size(); ++m) {
      const double offered = columns_.offered[m][candidate];
      if (std::isnan(offered)) continue;
      const std::vector<double>& thresholds = metrics_[m].thresholds;
      take(metrics_[m].first_row +
           static_cast<std::size_t>(std::lower_bound(thresholds.begin(), thresholds.end(), offered) -
                                    thresholds.begin()));
    }
    for (const MarkGroup& group : groups_) {
      const std::uint64_t own = group.subset(columns_.offered_marks[group.column][candidate]);
      if (own != 0) take(group.first_row + static_cast<std::size_t>(own) - 1);
    }
  }

  /// From "lies between these thresholds" and "has exactly these marks" to "no more than this threshold" and "has all
  /// of these marks": `add(row, other)` adds the candidates of `other` to `row`.
  template <typename Add>
  void spread_rows(const Add& add) const {
    for (const MetricRows& rows : metrics_) {
      for (std::size_t t = 1; t < rows.thresholds.size(); ++t) add(rows.first_row + t, rows.first_row + t - 1);
    }
    for (const MarkGroup& group : groups_) {
      for (unsigned bit = 0; bit < group.width; ++bit) {
        for (std::size_t s = 1; s < std::size_t{1} << group.width; ++s) {
          if ((s >> bit & 1U) == 0) add(group.first_row + s - 1, group.first_row + (s | std::size_t{1} << bit) - 1);
        }
      }
    }
  }

  /// The rows that each product needs, the most selective first.
  void choose_rows() {
    rank_rows();
    row_start_.push_back(0);
    std::vector<std::uint16_t> needed;
    for (const std::uint32_t product : order_) {
      needed.clear();
      const auto need = [&](std::size_t row) {
        needed.insert(std::upper_bound(needed.begin(), needed.end(), rank_[row]), rank_[row]);
      };
      for (std::size_t m = 0; m < metrics_.size(); ++m) {
        const double wanted = columns_.wanted[m][product];
        if (std::isnan(wanted)) continue;
        // The first threshold that does not qualify itself: everything that qualifies lies below it, whatever was
        // rounded.
        const std::vector<double>& thresholds = metrics_[m].thresholds;
        auto first =
            std::partition_point(thresholds.begin(), thresholds.end(), [&](double t) { return within(m, t, wanted); });
        if (first == thresholds.end()) --first;
        need(metrics_[m].first_row + static_cast<std::size_t>(first - thresholds.begin()));
      }
      for (const MarkGroup& group : groups_) {
        const std::uint64_t s = group.subset(columns_.wanted_marks[group.column][product]);
        if (s != 0) need(group.first_row + static_cast<std::size_t>(s) - 1);
      }
      row_list_.insert(row_list_.end(), needed.begin(), needed.end());
      row_start_.push_back(row_list_.size());
    }
  }

  /// Takes the next candidates from the order that are not known to be dominated; returns the place behind them.
  std::size_t fill_tile(std::size_t next) {
    tile_.clear();
    for (; next < order_.size() && tile_.size() < tile_size_; ++next) {
      if (pruned_[next] == 0) tile_.push_back(static_cast<std::uint32_t>(next));
    }
    tile_size_ = std::min(2 * tile_size_, kLargestTile);
    if (tile_.empty()) return next;
    first_place_ = tile_.front();
    cluster(0, tile_.size());
    build_rows();
    return next;
  }

  /// Puts alike candidates of tile_[begin, end) beside each other, so that most of a product's rows are zero over whole
  /// words: the range is split by the mark or the metric that lets most products pass over one half, again and again
  /// down to one word.
  void cluster(std::size_t begin, std::size_t end) {
    if (end - begin <= 64) return;
    const Split split = best_split(begin, end);
    const auto first = tile_.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = tile_.begin() + static_cast<std::ptrdiff_t>(end);
    std::size_t middle = begin + (end - begin) / 2;
    if (split.mark) {
      const std::vector<std::uint64_t>& marks = columns_.offered_marks[split.column];
      middle = static_cast<std::size_t>(
          std::partition(first, last, [&](std::uint32_t c) { return (marks[order_[c]] >> split.bit & 1U) == 0; }) -
          tile_.begin());
    } else if (split.gain > 0.0) {
      const std::vector<double>& offered = columns_.offered[split.column];
      middle = static_cast<std::size_t>(
          std::partition(first, last, [&](std::uint32_t c) { return offered[order_[c]] <= split.threshold; }) -
          tile_.begin());
    }
    middle = std::clamp(begin + (middle - begin + 32) / 64 * 64, begin + 64, begin + (end - begin - 1) / 64 * 64);
    cluster(begin, middle);
    cluster(middle, end);
  }

  struct Split {
    bool mark = false;
    std::size_t column = 0;
    unsigned bit = 0;
    double threshold = 0.0;
    double gain = 0.0;  ///< share of the range that the average product passes over
  };

  [[nodiscard]] Split best_split(std::size_t begin, std::size_t end) const {
    std::array<std::uint32_t, kSplitSample> sample{};
    const std::size_t count = std::min(kSplitSample, end - begin);
    for (std::size_t i = 0; i < count; ++i) sample[i] = order_[tile_[begin + i * (end - begin) / count]];
    Split best;
    const auto share = [&](std::size_t part) { return static_cast<double>(part) / static_cast<double>(count); };
    for (std::size_t c = 0; c < wanted_share_.size(); ++c) {
      std::array<std::size_t, 64> lacking{};
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t marks = columns_.offered_marks[c][sample[i]];
        for (unsigned bit = 0; bit < wanted_share_[c].size(); ++bit) lacking[bit] += (marks >> bit & 1U) == 0 ? 1U : 0U;
      }
      for (unsigned bit = 0; bit < wanted_share_[c].size(); ++bit) {
        const double gain = share(lacking[bit]) * wanted_share_[c][bit];
        if (gain > best.gain && lacking[bit] < count) best = {true, c, bit, 0.0, gain};
      }
    }
    for (std::size_t m = 0; m < metrics_.size(); ++m) {
      std::array<double, kSplitSample> values{};
      std::size_t known = 0;
      for (std::size_t i = 0; i < count; ++i) {
        if (const double value = columns_.offered[m][sample[i]]; !std::isnan(value)) values[known++] = value;
      }
      if (known < 2) continue;
      std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(known / 2),
                       values.begin() + static_cast<std::ptrdiff_t>(known));
      const double median = values[known / 2];
      const auto above = static_cast<std::size_t>(std::count_if(
          values.begin(), values.begin() + static_cast<std::ptrdiff_t>(known), [&](double v) { return v > median; }));
      const double gain = share(above + count - known) * wanted_below(m, median);
      if (gain > best.gain) best = {false, m, 0, median, gain};
    }
    return best;
  }

  /// Share of the products whose demand lies below `offered`.
  [[nodiscard]] double wanted_below(std::size_t m, double offered) const {
    const std::vector<double>& sample = wanted_sample_[m];
    if (sample.empty()) return 0.0;
    return static_cast<double>(std::lower_bound(sample.begin(), sample.end(), offered) - sample.begin()) /
           static_cast<double>(sample.size());
  }

  void build_rows() {
    words_ = (tile_.size() + 63) / 64;
    coarse_words_ = (words_ + 63) / 64;
    bits_.assign(rows_ * words_, 0);
    for (std::size_t i = 0; i < tile_.size(); ++i) {
      for_each_own_row(order_[tile_[i]],
                       [&](std::size_t row) { bits_[rank_[row] * words_ + i / 64] |= std::uint64_t{1} << (i % 64); });
    }
    spread_rows([&](std::size_t row, std::size_t other) {
      std::uint64_t* const to = bits_.data() + rank_[row] * words_;
      const std::uint64_t* const from = bits_.data() + rank_[other] * words_;
      for (std::size_t w = 0; w < words_; ++w) to[w] |= from[w];
    });
    all_words_.fill(0);
    for (std::size_t w = 0; w < words_; ++w) all_words_[w / 64] |= std::uint64_t{1} << (w % 64);
    coarse_.assign(rows_ * kCoarseWords, 0);
    for (std::size_t r = 0; r < rows_; ++r) {
      for (std::size_t w = 0; w < words_; ++w)
        coarse_[r * kCoarseWords + w / 64] |= std::uint64_t{bits_[r * words_ + w] != 0} << (w % 64);
    }
    first_in_word_.assign(words_, kNoProduct);
    tile_offered_.clear();
    for (std::size_t i = 0; i < tile_.size(); ++i) {
      first_in_word_[i / 64] = std::min(first_in_word_[i / 64], tile_[i]);
      for (const std::vector<double>& offered : columns_.offered) tile_offered_.push_back(offered[order_[tile_[i]]]);
    }
  }

  /// Looks for the answer of the product at `place` of the order in the tile; false when it is not there.
  bool query(std::uint32_t place) {
    const std::uint32_t product = order_[place];
    const std::uint16_t* const ranks = row_list_.data() + row_start_[place];
    const std::size_t count = row_start_[place + 1] - row_start_[place];
    std::uint32_t best = same_price_[place];  // nothing from there on is cheaper
    const std::uint32_t none = best;
    const std::array<std::uint64_t, kCoarseWords> coarse = words_in_question(ranks, count);
    for (std::size_t c = 0; c < coarse_words_; ++c) {
      for (std::uint64_t words = coarse[c]; words != 0; words &= words - 1) {
        const std::size_t word = c * 64 + static_cast<std::size_t>(std::countr_zero(words));
        if (first_in_word_[word] < best) best = best_of_word(word, ranks, count, place, best);
      }
    }
    if (best == none) return false;
    answer_[product] = order_[best];
    if (dominates(order_[best], product)) pruned_[place] = 1;
    return true;
  }

  /// One bit a word: set where none of the product's rows is zero.
  [[nodiscard]] std::array<std::uint64_t, kCoarseWords> words_in_question(const std::uint16_t* ranks,
                                                                          std::size_t count) const {
    std::array<std::uint64_t, kCoarseWords> words = all_words_;
    for (std::size_t r = 0; r < count; ++r) {
      const std::uint64_t* const row = coarse_.data() + ranks[r] * kCoarseWords;
      for (std::size_t c = 0; c < kCoarseWords; ++c) words[c] &= row[c];
    }
    return words;
  }

  /// The smallest place of a candidate in the word that qualifies and lies before `best`; else `best`.
  [[nodiscard]] std::uint32_t best_of_word(std::size_t word, const std::uint16_t* ranks, std::size_t count,
                                           std::uint32_t place, std::uint32_t best) const {
    std::uint64_t left = ~std::uint64_t{0};
    if (word + 1 == words_ && tile_.size() % 64 != 0) left = (std::uint64_t{1} << (tile_.size() % 64)) - 1;
    const std::uint64_t* const column = bits_.data() + word;
    std::size_t r = 0;
    for (; left != 0 && r + 3 < count; r += 4)
      left &= column[ranks[r] * words_] & column[ranks[r + 1] * words_] & column[ranks[r + 2] * words_] &
              column[ranks[r + 3] * words_];
    for (; left != 0 && r + 1 < count; r += 2) left &= column[ranks[r] * words_] & column[ranks[r + 1] * words_];
    if (left != 0 && r < count) left &= column[ranks[r] * words_];
    for (; left != 0; left &= left - 1) {
      const std::size_t candidate = word * 64 + static_cast<std::size_t>(std::countr_zero(left));
      if (tile_[candidate] < best && qualifies(candidate, place)) best = tile_[candidate];
    }
    return best;
  }

  [[nodiscard]] bool qualifies(std::size_t candidate, std::uint32_t place) const {
    const std::size_t k = columns_.offered.size();
    const double* const offered = tile_offered_.data() + candidate * k;
    const double* const wanted = wanted_.data() + place * k;
    for (std::size_t m = 0; m < k; ++m) {
      if (!std::isnan(wanted[m]) && !within(m, offered[m], wanted[m])) return false;
    }
    // The rows of marks are exact.
    return columns_.any_wanted.empty() ||
           (columns_.any_offered[order_[tile_[candidate]]] & columns_.any_wanted[order_[place]]) != 0;
  }

  /// Whatever `b` qualifies for, `a` qualifies for too: differences of doubles keep the order of their first operands.
  [[nodiscard]] bool dominates(std::uint32_t a, std::uint32_t b) const {
    for (const std::vector<double>& offered : columns_.offered) {
      if (!std::isnan(offered[b]) && !(offered[a] <= offered[b])) return false;
    }
    for (const std::vector<std::uint64_t>& marks : columns_.offered_marks) {
      if ((marks[b] & ~marks[a]) != 0) return false;
    }
    return columns_.any_offered.empty() || (columns_.any_offered[b] & ~columns_.any_offered[a]) == 0;
  }

  const DominanceColumns& columns_;
  std::vector<std::uint32_t> answer_;
  std::vector<std::uint32_t> order_;  ///< products by price, then index
  std::vector<char> pruned_;          ///< by place in the order
  std::vector<MetricRows> metrics_;
  std::vector<MarkGroup> groups_;
  std::size_t rows_ = 0;
  std::vector<double> wanted_;           ///< (place, k)
  std::vector<std::uint16_t> rank_;      ///< of a row: its number in the order of selectivity
  std::vector<std::uint16_t> row_list_;  ///< the ranks of the rows of each place, one place after the other
  std::vector<std::size_t> row_start_;
  std::vector<std::uint32_t> same_price_;           ///< by place: the first place of the same price
  std::vector<std::vector<double>> wanted_share_;   ///< (c, bits): share of the products that want the bit
  std::vector<std::vector<double>> wanted_sample_;  ///< (k, some), sorted
  std::size_t tile_size_ = kFirstTile;
  std::uint32_t first_place_ = 0;     ///< the cheapest candidate of the tile
  std::vector<std::uint32_t> tile_;   ///< places in the order, alike ones together
  std::vector<double> tile_offered_;  ///< (candidate, k)
  std::size_t words_ = 0;             ///< of one row
  std::size_t coarse_words_ = 0;
  std::vector<std::uint64_t> bits_;                      ///< (rank, words_): candidates
  std::array<std::uint64_t, kCoarseWords> all_words_{};  ///< a bit for each word of the tile
  std::vector<std::uint64_t> coarse_;                    ///< (rank, kCoarseWords): words of the row that are not zero
  std::vector<std::uint32_t> first_in_word_;             ///< (words_): the smallest place
};

}  // namespace

std::vector<std::uint32_t> cheapest_dominators(const DominanceColumns& columns) {
  if (columns.price.empty()) return {};
  return Search(columns).run();
}

}  // namespace headscore
