#include "error/short_number.hpp"

#include <cstdio>

namespace headscore {

std::string short_number(double value, int digits) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return text;
}

}  // namespace headscore
