// Claims: what a review page states, and whether it stands.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/outcome.hpp"
#include "headscore/stated_price.hpp"

namespace headscore {

/// A measured figure in the text.
struct Figure {
  enum class Kind { kThd, kResponse, kSensitivity, kImpedance, kIsolation };
  enum class Bound { kEqual, kAbout, kAtMost, kAtLeast };  ///< of ±N dB: kAtMost is "within", kAtLeast "exceeding"
  Kind kind = Kind::kThd;
  Bound bound = Bound::kEqual;
  double value = 0.0;
  std::optional<double> high;          ///< upper end of a range
  std::string unit;                    ///< "%", "dB", "dB/mW", "dB/V", "ohm"
  std::optional<double> frequency_hz;  ///< of a THD figure
  std::optional<double> level_spl_db;  ///< of a THD figure
  std::optional<Band> band;            ///< of a response figure
  std::string section;                 ///< one of kSections; empty elsewhere
  Passage where;
};

/// The score that stands above a section: `$$ \Large \text{0.5} $$`.
struct SectionScore {
  std::string section;  ///< kSections
  StatedNumber score;
};

/// Names of the five scored sections in the order of the ratings.
inline constexpr std::string_view kSections[] = {"scientific-validity", "technology-level", "cost-performance",
                                                 "reliability-support", "design-rationality"};

struct CostPerformanceFacts {
  std::optional<PriceEquation> equation;  ///< the one that stands for the score; with a quotient, if any has
  std::vector<PriceEquation> equations;   ///< all, in the order of the page
  std::vector<Amount> prices;             ///< printed in the section outside the equations
  std::optional<NamedProduct> comparator;
  bool no_cheaper = false;  ///< "no cheaper product ..."
  std::optional<Passage> no_cheaper_where;
  bool no_baseline = false;  ///< "insufficient data for comparison"
};

/// What was read of one page.
struct PageFacts {
  std::string path;
  std::string ref;
  std::string lang;  ///< "en", "ja"
  std::string target_name;
  std::string date;
  std::optional<FormFactor> form;  ///< as the tags tell it
  std::optional<Amount> price;
  std::vector<StatedNumber> ratings;  ///< overall and five sections
  std::vector<SectionScore> sections;
  CostPerformanceFacts cost_performance;
  std::vector<Figure> figures;
  std::optional<Passage> no_data;  ///< the page says that no independent measurements are there
};

enum class Verdict { kSupported, kContradicted, kNotTestable };

/// One claim, checked.
struct Claim {
  std::string id;  ///< one of claim_ids()
  Verdict verdict = Verdict::kNotTestable;
  std::size_t line = 0;
  std::size_t column = 0;  ///< as in Passage
  std::string found;
  std::string expected;
  std::string reason;  ///< with the numbers that decided it
};

/// A correction whose value is certain.
struct Correction {
  std::size_t offset = 0;  ///< as in Passage
  std::size_t length = 0;  ///< bytes that it replaces
  std::string text;        ///< what belongs there
  std::string why;
};

/// A page with its checked claims, or the reason why it was not read.
struct PageReview {
  std::string path;
  PageFacts facts;
  std::vector<Claim> claims;  ///< in the order of claim_ids(), then of the page
  std::vector<Correction> corrections;
  std::optional<Failure> error;
};

/// Reviews, counted.
struct VerificationSummary {
  std::size_t pages = 0;
  std::size_t refused = 0;
  std::size_t with_equation = 0;  ///< in one currency
  std::size_t consistent = 0;     ///< equations: ratio and score follow from the printed prices
  std::size_t double_rounded = 0;
  std::size_t truncated = 0;
  std::size_t wrong = 0;
  std::map<std::string, std::map<Verdict, std::size_t>> claims;  ///< by id
};

/// "supported", "contradicted", "not testable".
[[nodiscard]] std::string_view to_string(Verdict verdict);
[[nodiscard]] std::string_view to_string(Figure::Kind kind);    ///< "thd", "response", ...
[[nodiscard]] std::string_view to_string(Figure::Bound bound);  ///< "equal", "about", "at most", "at least"

/// "overall-sum", "step", "range", ...: every id, in the order of reports. docs/verify.md says what each stands for.
[[nodiscard]] const std::vector<std::string_view>& claim_ids();

}  // namespace headscore
