#include "headscore/outcome.hpp"

namespace headscore {

std::string_view to_string(RigVerdict verdict) {
  switch (verdict) {
    case RigVerdict::kOffTraining:
      return "off-training";
    case RigVerdict::kRefused:
      return "refused";
    case RigVerdict::kScored:
      break;
  }
  return "scored";
}

}  // namespace headscore
