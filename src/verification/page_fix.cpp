// Corrections whose value is certain: a sum, a rounding, a damaged character.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "headscore/score.hpp"
#include "verification/claim_checks.hpp"

namespace headscore {
namespace {

constexpr double kTiny = 1e-9;

class Fixes {
 public:
  Fixes(const ReadPage& page, const std::vector<Claim>& claims) : page_(page), facts_(page.facts), claims_(claims) {}

  [[nodiscard]] std::vector<Correction> made() {
    damage();
    if (facts_.ratings.size() != 6) return sorted();
    std::vector<double> values;
    for (const StatedNumber& rating : facts_.ratings) values.push_back(rating.value);
    if (std::any_of(values.begin(), values.end(), [](double v) { return !std::isfinite(v); })) return sorted();
    rounding(values);
    sum(values);
    return sorted();
  }

 private:
  [[nodiscard]] bool contradicted(std::string_view id) const {
    return std::any_of(claims_.begin(), claims_.end(),
                       [&](const Claim& claim) { return claim.id == id && claim.verdict == Verdict::kContradicted; });
  }
  [[nodiscard]] bool supported(std::string_view id) const {
    return !contradicted(id) && std::any_of(claims_.begin(), claims_.end(), [&](const Claim& claim) {
      return claim.id == id && claim.verdict == Verdict::kSupported;
    });
  }

  void damage() {
    const PageText& text = *page_.text;
    for (const Repair& repair : text.repairs()) {
      corrections_.push_back({repair.source_offset, repair.source_length,
                              text.text().substr(repair.offset, repair.length), "damaged character"});
    }
  }

  /// Only where the file holds at that place what was read there.
  bool replace(const StatedNumber& number, double value, int decimals, const std::string& why) {
    const std::string text = fmt::format("{:.{}f}", value, decimals);
    if (page_.text->source().compare(number.where.offset, number.where.text.size(), number.where.text) != 0)
      return false;
    corrections_.push_back({number.where.offset, number.where.text.size(), text, why});
    return true;
  }

  /// The score that follows from an equation of which all else is in order.
  void rounding(std::vector<double>& values) {
    const auto section = std::find_if(facts_.sections.begin(), facts_.sections.end(),
                                      [](const SectionScore& s) { return s.section == kSections[2]; });
    const auto& equation = facts_.cost_performance.equation;
    if (!equation || facts_.cost_performance.equations.size() != 1 || !contradicted("cp-rounding") ||
        section == facts_.sections.end())
      return;
    if (!supported("cp-arithmetic") || !supported("cp-denominator") || contradicted("cp-comparator")) return;
    if (std::abs(section->score.value - values[3]) > kTiny) return;  // which of the two is meant is not certain
    const double wanted = rounded_to_tenth(std::min(1.0, equation->numerator.value / equation->denominator.value));
    const std::string why = "rounding of the printed ratio";
    if (equation->result && std::abs(equation->result->value - wanted) > kTiny &&
        !replace(*equation->result, wanted, 1, why))
      return;
    if (replace(section->score, wanted, 1, why) && replace(facts_.ratings[3], wanted, 1, why)) values[3] = wanted;
  }

  /// The overall score, when each section says what the front matter says.
  void sum(const std::vector<double>& values) {
    if (contradicted("section-score") || contradicted("step") || contradicted("range")) return;
    double total = 0.0;
    for (std::size_t i = 1; i < values.size(); ++i) total += values[i];
    if (std::abs(total - values[0]) < 1e-6) return;
    static_cast<void>(replace(facts_.ratings[0], total, 1, "sum of the sections"));
  }

  std::vector<Correction> sorted() {
    std::sort(corrections_.begin(), corrections_.end(),
              [](const Correction& a, const Correction& b) { return a.offset < b.offset; });
    return std::move(corrections_);
  }

  const ReadPage& page_;
  const PageFacts& facts_;
  const std::vector<Claim>& claims_;
  std::vector<Correction> corrections_;
};

}  // namespace

std::vector<Correction> certain_corrections(const ReadPage& page, const std::vector<Claim>& claims) {
  return Fixes(page, claims).made();
}

std::string corrected(const std::string& bytes, const PageReview& review) {
  if (review.corrections.empty()) return bytes;
  const bool marked = bytes.starts_with("\xEF\xBB\xBF");
  const std::size_t shift = marked ? 3 : 0;
  std::string result;
  std::size_t at = 0;
  for (const Correction& correction : review.corrections) {
    const std::size_t from = correction.offset + shift;
    if (from < at || from + correction.length > bytes.size()) return bytes;
    result.append(bytes, at, from - at);
    result += correction.text;
    at = from + correction.length;
  }
  return result.append(bytes, at, std::string::npos);
}

}  // namespace headscore
