// Claims: what a review page states, and whether it stands.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/outcome.hpp"

namespace headscore {

/// A place in a page and the words that stand there.
struct Passage {
  std::size_t line = 0;    ///< 1-based
  std::size_t column = 0;  ///< 1-based, in characters (Unicode code points), of the file as it is
  std::string text;        ///< without Markdown's marks, damaged characters put back
  std::size_t offset = 0;  ///< byte of the file's text (UTF-8, without byte order mark) at which it begins
};

/// A number as it is printed.
struct StatedNumber {
  double value = 0.0;
  int decimals = 0;
  bool cut = false;  ///< "0.686...": the author shows that digits were left out
  Passage where;
};

/// A sum of money as it is printed; of "(99 USD + 10 USD)" the sum.
struct Amount {
  double value = 0.0;
  int decimals = 0;
  std::string currency;          ///< ISO 4217; empty where none is printed
  std::vector<double> summands;  ///< more than one for a sum
  Passage where;
  std::optional<double> high;  ///< upper end of a printed range, "19-23 USD"
};

/// "133 USD ÷ 246 USD = 0.54 → 0.5".
struct PriceEquation {
  Amount numerator;
  Amount denominator;
  std::optional<StatedNumber> ratio;   ///< the first number behind the division
  std::optional<StatedNumber> result;  ///< the last one of the chain, where there are two
  bool clamped = false;                ///< MIN(1.0, ...)
  bool labelled = false;               ///< "CP = ..."
  Passage where;

  /// numerator / denominator; absent for a division by zero and for amounts of two currencies, as no rate is assumed.
  [[nodiscard]] std::optional<double> quotient() const {
    const bool two =
        !numerator.currency.empty() && !denominator.currency.empty() && numerator.currency != denominator.currency;
    if (two || !(denominator.value > 0.0)) return std::nullopt;
    return numerator.value / denominator.value;
  }
};

/// One of the products that are sold apart and stand together against the reviewed one.
struct BundlePart {
  std::string name;
  double price = 0.0;
};

/// A product named as cheaper and equivalent, with the price printed beside it. Of a bundle the name is "A + B".
struct NamedProduct {
  std::string name;
  std::optional<Amount> price;
  Passage where;
  std::vector<BundlePart> parts;  ///< of a bundle, in the order of the page; empty for a single product
};

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
