#include "headscore/all_pairs.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "catalog/metric_ends.hpp"
#include "catalog/price_dominance.hpp"
#include "headscore/error.hpp"

namespace headscore {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
constexpr double kAnything = -std::numeric_limits<double>::infinity();
constexpr std::uint64_t kBothForms = 3;

/// A rule of the policy with the table's column of its metric.
struct Compared {
  const MetricRule* rule;
  const ProductTable::MetricColumn* column;
};

/// Which question: who qualifies, or who has not failed (qualifies, or cannot be judged).
enum class Question { kQualifies, kNotFailed };

class PairSearch {
 public:
  PairSearch(const ProductTable& table, const Policy& policy, const EquivalenceOptions& options)
      : table_(table), options_(options) {
    check_lengths();
    for (const MetricRule& rule : policy.metrics()) {
      const auto column = std::find_if(table.metrics.begin(), table.metrics.end(),
                                       [&](const auto& one) { return one.metric == rule.metric; });
      if (column != table.metrics.end()) compared_.push_back({&rule, &*column});
    }
    if (compared_.size() > 64) throw Error("bad-columns", {}, "more than 64 metrics", "64 at most");
    order_.resize(table.size());
    std::iota(order_.begin(), order_.end(), 0U);
    std::erase_if(order_, [&](std::uint32_t i) { return std::isnan(table.amount[i]); });
    std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return table.amount[a] != table.amount[b] ? table.amount[a] < table.amount[b] : table.name[a] < table.name[b];
    });
    for (const std::uint32_t i : order_) known_.push_back(known_metrics_of(i));
  }

  std::vector<PairResult> run() {
    std::vector<PairResult> results(table_.size());
    const std::vector<std::uint32_t> qualifying = cheapest_dominators(columns(Question::kQualifies));
    const std::vector<std::uint32_t> not_failed =
        anything_undecidable() ? cheapest_dominators(columns(Question::kNotFailed)) : qualifying;
    for (std::size_t place = 0; place < order_.size(); ++place)
      results[order_[place]] = result(place, qualifying[place], not_failed[place]);
    return results;
  }

 private:
  void check_lengths() const {
    const std::size_t n = table_.size();
    bool same = table_.amount.size() == n && table_.form.size() == n &&
                table_.functions.size() == (table_.function_names.size() + 63) / 64;
    for (const auto& word : table_.functions) same = same && word.size() == n;
    for (const auto& m : table_.metrics)
      same = same && m.value.size() == n && m.low.size() == n && m.high.size() == n && m.upper_bound.size() == n;
    if (!same) throw Error("bad-columns", {}, "columns of different lengths", "one length");
  }

  /// One bit a compared metric.
  [[nodiscard]] std::uint64_t known_metrics_of(std::uint32_t i) const {
    std::uint64_t known = 0;
    for (std::size_t m = 0; m < compared_.size(); ++m) {
      if (std::isfinite(compared_[m].column->value[i])) known |= std::uint64_t{1} << m;
    }
    return known;
  }

  /// Whether any comparison could end undecided at all; the second question is asked only then.
  [[nodiscard]] bool anything_undecidable() const {
    if (options_.missing != MissingMetrics::kWorse &&
        std::any_of(known_.begin(), known_.end(), [&](std::uint64_t k) { return k != known_.front(); }))
      return true;
    for (const std::uint32_t i : order_) {
      if (table_.form[i] < 0) return true;
      for (const Compared& one : compared_) {
        if (!std::isfinite(one.column->value[i])) continue;
        if (one.column->upper_bound[i] != 0 || (options_.only_surely && one.column->low[i] < one.column->high[i]))
          return true;
      }
    }
    return false;
  }

  [[nodiscard]] MetricEnds ends(const Compared& one, std::uint32_t i) const {
    const bool smaller_is_better = one.rule->best <= one.rule->problematic;
    return smaller_is_better ? MetricEnds{one.column->low[i], one.column->high[i]}
                             : MetricEnds{-one.column->high[i], -one.column->low[i]};
  }

  [[nodiscard]] double offered(const Compared& one, std::uint32_t i, Question question) const {
    if (!std::isfinite(one.column->value[i])) {
      const bool passes = options_.missing == MissingMetrics::kIgnored ||
                          (options_.missing == MissingMetrics::kUndecidable && question == Question::kNotFailed);
      return passes ? kAnything : kNothing;
    }
    const MetricEnds both = ends(one, i);
    if (question == Question::kNotFailed) return one.column->upper_bound[i] != 0 ? kAnything : both.best;
    return one.column->upper_bound[i] != 0 || options_.only_surely ? both.worst : both.best;
  }

  [[nodiscard]] double wanted(const Compared& one, std::uint32_t i, Question question) const {
    if (!std::isfinite(one.column->value[i])) return kNothing;
    const MetricEnds both = ends(one, i);
    return question == Question::kQualifies && options_.only_surely ? both.best : both.worst;
  }

  [[nodiscard]] DominanceColumns columns(Question question) const {
    DominanceColumns all;
    const auto column = [&](auto&& value) {
      std::vector<std::decay_t<decltype(value(std::size_t{0}))>> values(order_.size());
      for (std::size_t place = 0; place < order_.size(); ++place) values[place] = value(place);
      return values;
    };
    all.price = column([&](std::size_t place) { return table_.amount[order_[place]]; });
    for (const Compared& one : compared_) {
      all.tolerance.push_back(one.rule->tolerance);
      all.offered.push_back(column([&](std::size_t place) { return offered(one, order_[place], question); }));
      all.wanted.push_back(column([&](std::size_t place) { return wanted(one, order_[place], question); }));
    }
    for (std::size_t w = 0; w < table_.functions.size(); ++w) {
      const std::uint64_t counts = counting_functions(w);
      all.offered_marks.push_back(
          column([&](std::size_t place) { return table_.functions[w][order_[place]] & counts; }));
      all.wanted_marks.push_back(all.offered_marks.back());
    }
    add_marks(all, question, column);
    for (std::size_t place = 0; place < order_.size(); ++place) {
      const bool form_needed = question == Question::kQualifies && table_.form[order_[place]] < 0;
      all.asks.push_back(known_[place] != 0 && !form_needed);
    }
    return all;
  }

  [[nodiscard]] std::uint64_t counting_functions(std::size_t word) const {
    std::uint64_t counts = ~std::uint64_t{0};
    for (std::size_t b = 0; b < 64 && word * 64 + b < table_.function_names.size(); ++b) {
      if (options_.ignored_functions.contains(table_.function_names[word * 64 + b])) counts &= ~(std::uint64_t{1} << b);
    }
    return counts;
  }

  /// The form, and what of the metrics decides whether two products can be compared.
  template <typename Column>
  void add_marks(DominanceColumns& all, Question question, const Column& column) const {
    const auto form_bit = [&](std::size_t place) {
      const std::int8_t form = table_.form[order_[place]];
      return form < 0 ? std::uint64_t{0} : std::uint64_t{1} << static_cast<std::uint8_t>(form);
    };
    all.wanted_marks.push_back(column(form_bit));
    all.offered_marks.push_back(column([&](std::size_t place) {
      const bool either = question == Question::kNotFailed && table_.form[order_[place]] < 0;
      return either ? kBothForms : form_bit(place);
    }));
    if (question != Question::kQualifies) return;
    if (options_.missing == MissingMetrics::kUndecidable) {
      const std::uint64_t every =
          compared_.size() == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << compared_.size()) - 1;
      all.wanted_marks.push_back(
          column([&](std::size_t place) { return every & ~known_[place]; }));  // unknown here: unknown there too
      all.offered_marks.push_back(all.wanted_marks.back());
    } else if (options_.missing == MissingMetrics::kIgnored) {
      all.any_offered = known_;
      all.any_wanted = known_;
    }
  }

  [[nodiscard]] PairResult result(std::size_t place, std::uint32_t qualifying, std::uint32_t not_failed) const {
    PairResult result;
    if (known_[place] == 0) {
      result.kind = PairResult::Kind::kNoBaseline;
      result.value = 0.5;
      return result;
    }
    if (not_failed != qualifying) result.undecidable = order_[not_failed];
    if (qualifying != kNoProduct) {
      result.kind = PairResult::Kind::kFound;
      result.comparator = order_[qualifying];
      result.value = table_.amount[order_[qualifying]] / table_.amount[order_[place]];
    } else if (not_failed != kNoProduct) {
      result.kind = PairResult::Kind::kUndecidable;
    } else {
      result.kind = PairResult::Kind::kNoCheaperEquivalent;
      result.value = 1.0;
    }
    return result;
  }

  const ProductTable& table_;
  const EquivalenceOptions& options_;
  std::vector<Compared> compared_;
  std::vector<std::uint32_t> order_;  ///< rows with a price, by price and name
  std::vector<std::uint64_t> known_;  ///< by place in the order: a bit for each compared metric that is known
};

}  // namespace

std::string_view to_string(PairResult::Kind kind) {
  static constexpr std::array<std::string_view, 5> kTexts = {"found", "no-cheaper-equivalent", "undecidable",
                                                             "no-performance-baseline", "no-price"};
  return kTexts[static_cast<std::size_t>(kind)];
}

ProductTable product_table(const std::vector<Candidate>& candidates, const std::string& currency) {
  ProductTable table;
  std::set<std::string> functions;
  std::set<std::string> metrics;
  for (const Candidate& one : candidates) {
    functions.insert(one.functions.begin(), one.functions.end());
    for (const MetricValue& metric : one.metrics) metrics.insert(metric.metric);
  }
  table.function_names.assign(functions.begin(), functions.end());
  const std::size_t n = candidates.size();
  table.functions.assign((functions.size() + 63) / 64, std::vector<std::uint64_t>(n));
  for (const std::string& metric : metrics)
    table.metrics.push_back({metric, std::vector<double>(n, kNothing), std::vector<double>(n), std::vector<double>(n),
                             std::vector<char>(n)});
  for (std::size_t i = 0; i < n; ++i) {
    const Candidate& one = candidates[i];
    table.name.push_back(one.name);
    table.amount.push_back(one.price && one.price->currency() == currency ? one.price->amount() : kNothing);
    table.form.push_back(one.form ? static_cast<std::int8_t>(*one.form) : std::int8_t{-1});
    for (const std::string& function : one.functions) {
      const auto at = static_cast<std::size_t>(std::distance(functions.begin(), functions.find(function)));
      table.functions[at / 64][i] |= std::uint64_t{1} << (at % 64);
    }
    for (auto& column : table.metrics) {
      const auto figure = std::find_if(one.metrics.begin(), one.metrics.end(), [&](const MetricValue& m) {
        return m.metric == column.metric && std::isfinite(m.value);
      });
      if (figure == one.metrics.end()) continue;
      column.value[i] = figure->value;
      column.low[i] = figure->interval ? figure->interval->low : figure->value;
      column.high[i] = figure->interval ? figure->interval->high : figure->value;
      column.upper_bound[i] = figure->upper_bound ? 1 : 0;
    }
  }
  return table;
}

std::vector<PairResult> all_pairs(const ProductTable& table, const Policy& policy, const EquivalenceOptions& options) {
  return PairSearch(table, policy, options).run();
}

}  // namespace headscore
