#include "headscore/measurement.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace headscore {

std::string_view to_string(Channel channel) {
  switch (channel) {
    case Channel::kLeft:
      return "L";
    case Channel::kRight:
      return "R";
    case Channel::kUnknown:
      break;
  }
  return "unknown";
}

std::string_view to_string(FormFactor form) { return form == FormFactor::kOverEar ? "over-ear" : "in-ear"; }

std::string_view to_string(Weighting weighting) {
  switch (weighting) {
    case Weighting::kA:
      return "A";
    case Weighting::kC:
      return "C";
    case Weighting::kNone:
      break;
  }
  return "none";
}

std::optional<FormFactor> form_factor_from(std::string_view text) {
  std::string word;
  for (const char c : text) {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0)
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  for (const std::string_view known :
       {"overear", "onear", "circumaural", "supraaural", "headphone", "headphones", "oe"}) {
    if (word == known) return FormFactor::kOverEar;
  }
  for (const std::string_view known :
       {"inear", "iem", "earphone", "earphones", "earbud", "earbuds", "intraconcha", "tws", "ie"}) {
    if (word == known) return FormFactor::kInEar;
  }
  return std::nullopt;
}

Measurement::Measurement(Fields fields) : fields_(std::move(fields)) {
  if (!fields_.response && !fields_.distortion) {
    throw Error("not-a-measurement", {fields_.path}, "neither a response nor distortion", "at least one of them");
  }
  if (fields_.phase_rad && (!fields_.response || fields_.phase_rad->size() != fields_.response->size())) {
    throw Error("not-a-measurement", {fields_.path}, "a phase that does not go with the response",
                "one phase a row of the response");
  }
}

std::size_t Measurement::points() const noexcept {
  return static_cast<std::size_t>(fields_.response ? fields_.response->size() : fields_.distortion->size());
}

}  // namespace headscore
