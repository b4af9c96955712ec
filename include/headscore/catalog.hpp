// Cost-performance: the price of the cheapest equivalent-or-better product over this product's price.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/policy.hpp"
#include "headscore/product.hpp"
#include "headscore/score.hpp"

namespace headscore {

/// A competitor that a reviewer named: taken as equivalent or better on the reviewer's word.
struct Comparator {
  std::string name;
  Price price;
};

/// Parses "AKG K371=133", "AKG K371=133 USD", "AKG K371=133 USD@2025-07-31"; without a currency it is `currency`. The
/// last `=` counts. Throws Error("bad-comparator"), and what Price throws.
[[nodiscard]] Comparator comparator_from(const std::string& text, const std::string& currency);

/// What the search knows of a product.
struct Candidate {
  std::string name;
  std::optional<FormFactor> form;
  std::optional<Price> price;
  std::set<std::string> functions;
  std::vector<MetricValue> metrics;
  std::string price_note = {};  ///< how the price was converted, "95 GBP at 1.27 of 2025-07-30"; may be empty
};

enum class Equivalence { kAtLeastAsGood, kWorse, kUndecidable };

/// How sure it is that one figure is at least as good as another. Figures without an interval are taken as exact.
enum class Degree {
  kSurely,             ///< the candidate's worst end is within the tolerance of the product's best end
  kIndistinguishable,  ///< neither surely nor not: the intervals overlap within the tolerance
  kNot,                ///< the candidate's best end is worse than the product's worst end by more than the tolerance
  kUndecidable         ///< a figure is missing, or a bound ("no worse than") that is not good enough leaves it open
};

[[nodiscard]] std::string_view to_string(
    Degree degree);  ///< "surely", "not distinguishable from", "not", "undecidable"

/// What a metric that is known of one side alone does.
enum class MissingMetrics {
  kUndecidable,  ///< the comparison cannot be decided, unless something already failed
  kIgnored,      ///< the metric is left out; one metric at least must be known of both
  kWorse         ///< a candidate without it counts as worse; of the product alone it is left out
};

struct EquivalenceOptions {
  std::set<std::string> ignored_functions = {};  ///< that the candidate may lack
  MissingMetrics missing = MissingMetrics::kUndecidable;
  bool only_surely = false;  ///< "not distinguishable from" does not count as equivalent: it is then undecidable
};

/// One metric of a comparison.
struct MetricComparison {
  std::string metric;
  Degree degree = Degree::kUndecidable;
  std::string message;  ///< "thd 0.05 (0.04..0.06) against 0.08: surely"
};

struct EquivalenceVerdict {
  Equivalence verdict = Equivalence::kUndecidable;
  std::vector<Reason> reasons;            ///< what failed or is missing, else metric by metric why it qualifies
  std::vector<MetricComparison> metrics;  ///< every metric of the policy that one side has, whatever the verdict
  bool surely = false;                    ///< at least as good, and surely so in every metric
};

/// "Equivalent or better": the same form; `candidate` has every function of `product` that is not ignored; and every
/// metric that the policy names is at least as good in `candidate` within the rule's tolerance, surely or without being
/// distinguishable. A metric known of one side alone follows `options.missing`; a form that is not known and a product
/// without any metric that the policy names are undecidable. A bound ("no worse than") of `product` counts as its
/// value: a candidate that is worse than the bound is worse than the product for certain. A candidate's bound qualifies
/// when the bound itself does, and is undecidable otherwise. What is better follows from the rule's own best and
/// problematic levels.
[[nodiscard]] EquivalenceVerdict equivalence(const Candidate& product, const Candidate& candidate, const Policy& policy,
                                             const EquivalenceOptions& options = {});

/// CP = min(1, comparator / price), published rounded half-up to 0.1. Throws Error("different-currencies").
[[nodiscard]] Score cost_performance(const Price& price, const Comparator& comparator);

/// A candidate that was judged.
struct Judged {
  Candidate candidate;
  EquivalenceVerdict verdict;
};

/// What the search for the cheapest equivalent found.
struct SearchAnswer {
  enum class Kind { kFound, kNoCheaperEquivalent, kUndecidable, kNoBaseline };
  Kind kind = Kind::kUndecidable;
  std::optional<Judged> comparator;  ///< kFound: the cheapest that is equivalent or better
  std::optional<Judged> sure;        ///< kFound: the cheapest that surely is, where `comparator` is not distinguishable
  std::vector<Judged> undecidable;   ///< cheaper than the comparator, or than the product without one; cheapest first
  std::vector<Judged> worse;         ///< the same, that fail; cheapest first
  std::size_t judged = 0;            ///< candidates that are cheaper and in the same currency
  std::vector<Reason> set_aside;     ///< without price, in other currencies
};

/// The cheapest of `candidates` that is equivalent or better, in the same currency and cheaper than the product; of two
/// at one price the first by name. The product itself (same name) is left out. kNoBaseline when the product has no
/// metric of the policy. Throws Error("no-price") when the product has none.
[[nodiscard]] SearchAnswer cheapest_equivalent(const Candidate& product, const std::vector<Candidate>& candidates,
                                               const Policy& policy, const EquivalenceOptions& options = {});

/// Those of `judged` that miss by least first: the same form, few reasons, the cheaper one. What they lack is what a
/// reader asks for.
[[nodiscard]] std::vector<const Judged*> runners_up(const std::vector<Judged>& judged);

/// CP by search. Without a cheaper equivalent: 0.5 "no performance baseline" when the product has no metric of the
/// policy, else 1.0 "no cheaper equivalent" when every cheaper candidate was decided, else
/// Error("undecidable-cost-performance") that names what is missing: 1.0 could not be defended. Candidates in other
/// currencies, without price, or undecidable and cheaper than the one found are named in the reasons. Throws
/// Error("no-price") when the product has none.
[[nodiscard]] Score cost_performance(const Candidate& product, const std::vector<Candidate>& candidates,
                                     const Policy& policy, const EquivalenceOptions& options = {});
[[nodiscard]] Score cost_performance(const Candidate& product, const SearchAnswer& answer);

/// One row of a catalog file.
struct CatalogRow {
  std::size_t line = 0;
  Candidate product;                                ///< metrics empty: they come from the files
  std::vector<std::filesystem::path> measurements;  ///< relative to the catalog file's folder
};

/// Reads a catalog CSV with the head `name,form,price,currency,date,functions,measurements` (RFC 4180 quoting;
/// functions and measurement files separated by `;`; order of columns free; form, price with currency and date,
/// functions and measurements may be empty). Throws Error("bad-catalog") with line and column for text that is not CSV
/// in UTF-8, an unknown, missing or repeated column, a row of another length, a missing or repeated name (without
/// regard to case), a bad price, currency, date or form, an unknown function, a measurement file that is not there or
/// named twice; "missing-file", "not-a-file" or "unreadable" for the catalog itself.
[[nodiscard]] std::vector<CatalogRow> read_catalog(const std::filesystem::path& path);

/// The functions that count: "wireless", "anc", "balanced-connection", "microphone", "dsp-eq", "detachable-cable",
/// "foldable", "waterproof".
[[nodiscard]] const std::vector<std::string_view>& known_functions();

}  // namespace headscore
