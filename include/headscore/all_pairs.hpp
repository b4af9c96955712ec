// Cost-performance of every product of a catalog against all others at once.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "headscore/catalog.hpp"

namespace headscore {

inline constexpr std::uint32_t kNoIndex = std::numeric_limits<std::uint32_t>::max();

/// What the search knows of n products, by columns: what n Candidates hold, in a fraction of their memory.
struct ProductTable {
  struct MetricColumn {
    std::string metric;
    std::vector<double> value;      ///< (n); NaN: not known
    std::vector<double> low;        ///< (n); ends of the interval, the value itself without one
    std::vector<double> high;       ///< (n)
    std::vector<char> upper_bound;  ///< (n)
  };

  std::vector<std::string> name;            ///< (n), each once
  std::vector<double> amount;               ///< (n), in one currency; NaN: no price
  std::vector<std::int8_t> form;            ///< (n), the FormFactor's number; -1: not known
  std::vector<std::string> function_names;  ///< (f)
  std::vector<std::vector<std::uint64_t>>
      functions;  ///< (ceil(f / 64), n): bit b of word w is function_names[64 w + b]
  std::vector<MetricColumn> metrics;

  [[nodiscard]] std::size_t size() const { return name.size(); }
};

/// The table of `candidates`; prices in other currencies than `currency` are left out. A metric of a candidate that is
/// not finite counts as not known.
[[nodiscard]] ProductTable product_table(const std::vector<Candidate>& candidates, const std::string& currency);

/// What the search found for one product: the same as cheapest_equivalent() for it.
struct PairResult {
  enum class Kind { kFound, kNoCheaperEquivalent, kUndecidable, kNoBaseline, kNoPrice };
  Kind kind = Kind::kNoPrice;
  std::uint32_t comparator = kNoIndex;   ///< kFound: row of the table
  std::uint32_t undecidable = kNoIndex;  ///< the cheapest candidate that cannot be judged and is cheaper than the
                                         ///< comparator, or than the product without one
  double value = 0.0;  ///< cost-performance, where there is one: kFound, kNoCheaperEquivalent, kNoBaseline
};

[[nodiscard]] std::string_view to_string(
    PairResult::Kind kind);  ///< "found", "no-cheaper-equivalent", "undecidable", ...

/// For each row of the table. Time grows as n^2 / 512 at worst: a million products with six metrics and 64 functions
/// take seconds (docs/cost-performance.md). Throws Error("bad-columns") when columns differ in length.
[[nodiscard]] std::vector<PairResult> all_pairs(const ProductTable& table, const Policy& policy,
                                                const EquivalenceOptions& options = {});

}  // namespace headscore
