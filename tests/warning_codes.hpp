// What a measurement's warnings are called.
#pragma once

#include <string>
#include <vector>

#include "headscore/measurement.hpp"

namespace headscore::tests {

inline std::vector<std::string> codes(const Measurement& measurement) {
  std::vector<std::string> result;
  for (const Warning& warning : measurement.warnings()) result.push_back(warning.code);
  return result;
}

}  // namespace headscore::tests
