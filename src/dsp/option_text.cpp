#include "dsp/option_text.hpp"

#include <cctype>
#include <charconv>
#include <cmath>

namespace headscore {

std::string squeezed(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isspace(byte) == 0) result += static_cast<char>(std::tolower(byte));
  }
  return result;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

std::optional<double> number_from(std::string_view text) {
  double value = 0.0;
  const char* end = text.data() + text.size();
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): the end goes with it
  const auto [stop, code] = std::from_chars(text.data(), end, value);
  if (code != std::errc() || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<double> hertz_from(std::string_view text) {
  double unit = 1.0;
  if (take_suffix(text, "khz") || take_suffix(text, "k")) {
    unit = 1000.0;
  } else if (take_suffix(text, "hz")) {
    unit = 1.0;
  }
  const std::optional<double> value = number_from(text);
  if (!value || !(*value > 0.0) || !std::isfinite(*value * unit)) return std::nullopt;
  return *value * unit;
}

std::string number_text(double value) {
  char text[32];
  const auto [end, code] = std::to_chars(text, text + sizeof text, value, std::chars_format::general, 6);
  return code == std::errc() ? std::string(text, end) : std::string("?");
}

}  // namespace headscore
