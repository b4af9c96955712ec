#include "headscore/claim.hpp"

namespace headscore {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSupported:
      return "supported";
    case Verdict::kContradicted:
      return "contradicted";
    case Verdict::kNotTestable:
      break;
  }
  return "not testable";
}

std::string_view to_string(Figure::Kind kind) {
  switch (kind) {
    case Figure::Kind::kThd:
      return "thd";
    case Figure::Kind::kResponse:
      return "response";
    case Figure::Kind::kSensitivity:
      return "sensitivity";
    case Figure::Kind::kImpedance:
      return "impedance";
    case Figure::Kind::kIsolation:
      break;
  }
  return "isolation";
}

std::string_view to_string(Figure::Bound bound) {
  switch (bound) {
    case Figure::Bound::kEqual:
      return "equal";
    case Figure::Bound::kAbout:
      return "about";
    case Figure::Bound::kAtMost:
      return "at most";
    case Figure::Bound::kAtLeast:
      break;
  }
  return "at least";
}

const std::vector<std::string_view>& claim_ids() {
  static const std::vector<std::string_view> ids = {
      "overall-sum",       "step",         "range",          "section-score",
      "cp-arithmetic",     "cp-rounding",  "cp-denominator", "cp-comparator",
      "cp-cheaper-exists", "sv-supported", "thd-claim",      "response-claim",
      "front-matter",      "slug",         "language-pair",  "damaged-text"};
  return ids;
}

}  // namespace headscore
