#include "io/text_format.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <span>
#include <utility>

namespace headscore {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr double kLargest = 1e6;  // from here on with an exponent
constexpr char32_t kReplacementPoint = 0xFFFD;

struct CodePoint {
  char32_t value = kReplacementPoint;
  std::size_t bytes = 1;
  bool valid = false;
};

/// The code point that starts `text` (not empty); overlong forms, surrogates and cut sequences are not valid (Unicode
/// 15, table 3-7).
CodePoint first_code_point(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
  char32_t value = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) return {};
  return {value, length, true};
}

using Range = std::pair<char32_t, char32_t>;

bool in_ranges(char32_t point, std::span<const Range> ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [point](const Range& range) { return point >= range.first && point <= range.second; });
}

/// Blanks of a kind that would break a line.
bool breaks_line(char32_t point) {
  return point == '\t' || (point >= '\n' && point <= '\r') || point == 0x85 || point == 0x2028 || point == 0x2029;
}

bool is_unsafe(char32_t point) {
  static constexpr std::array<Range, 7> kUnsafe{{{0x00, 0x1F},
                                                 {0x7F, 0x9F},
                                                 {0x061C, 0x061C},
                                                 {0x200E, 0x200F},
                                                 {0x202A, 0x202E},
                                                 {0x2066, 0x2069},
                                                 {0xFFFE, 0xFFFF}}};
  return in_ranges(point, kUnsafe);
}

/// Columns of one code point: Unicode 15, EastAsianWidth.txt (W, F) and the combining blocks.
int columns_of(char32_t point) {
  static constexpr std::array<Range, 16> kNone{{{0x0300, 0x036F},
                                                {0x0483, 0x0489},
                                                {0x0591, 0x05BD},
                                                {0x0610, 0x061A},
                                                {0x064B, 0x065F},
                                                {0x0E31, 0x0E31},
                                                {0x0E34, 0x0E3A},
                                                {0x0E47, 0x0E4E},
                                                {0x1AB0, 0x1AFF},
                                                {0x1DC0, 0x1DFF},
                                                {0x200B, 0x200F},
                                                {0x2060, 0x2064},
                                                {0x20D0, 0x20FF},
                                                {0xFE00, 0xFE0F},
                                                {0xFE20, 0xFE2F},
                                                {0xFEFF, 0xFEFF}}};
  static constexpr std::array<Range, 13> kWide{{{0x1100, 0x115F},
                                                {0x2E80, 0x303E},
                                                {0x3041, 0xA4CF},
                                                {0xA960, 0xA97F},
                                                {0xAC00, 0xD7A3},
                                                {0xF900, 0xFAFF},
                                                {0xFE30, 0xFE6F},
                                                {0xFF00, 0xFF60},
                                                {0xFFE0, 0xFFE6},
                                                {0x1F300, 0x1F64F},
                                                {0x1F680, 0x1F6FF},
                                                {0x1F900, 0x1FAFF},
                                                {0x20000, 0x3FFFD}}};
  if (point < 0x300) return 1;
  if (in_ranges(point, kNone)) return 0;
  return in_ranges(point, kWide) ? 2 : 1;
}

/// Bytes of the longest head of `text` that fits into `width` columns.
std::size_t head_bytes(std::string_view text, int width) {
  std::size_t at = 0;
  int used = 0;
  while (at < text.size()) {
    const CodePoint point = first_code_point(text.substr(at));
    used += columns_of(point.value);
    if (used > width) break;
    at += point.bytes;
  }
  return at;
}

/// Bytes to leave out so that the tail of `text` fits into `width` columns.
std::size_t tail_start(std::string_view text, int width) {
  std::size_t at = 0;
  int excess = display_width(text) - width;
  while (at < text.size() && excess > 0) {
    const CodePoint point = first_code_point(text.substr(at));
    excess -= columns_of(point.value);
    at += point.bytes;
  }
  return at;
}

std::string without_trailing_zeros(std::string number) {
  if (number.find('.') == std::string::npos) return number;
  number.erase(number.find_last_not_of('0') + 1);
  if (number.back() == '.') number.pop_back();
  return number;
}

/// A number and its unit stay on one line.
bool is_glued(std::string_view text, std::size_t blank) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return blank > 0 && blank + 1 < text.size() && is_digit(text[blank - 1]) && !is_digit(text[blank + 1]);
}

/// Where to break `text`, of which `fits` bytes fit on the line.
std::size_t line_break(std::string_view text, std::size_t fits) {
  std::size_t blank = text.substr(0, fits + 1).rfind(' ');
  const std::size_t last = blank;
  while (blank != std::string_view::npos && blank > 0 && is_glued(text, blank))
    blank = text.substr(0, blank).rfind(' ');
  if (blank == std::string_view::npos || blank < fits / 2) blank = last;
  return blank == std::string_view::npos || blank == 0 ? fits : blank;
}

bool is_tenth(double value) { return std::abs(value * 10.0 - std::round(value * 10.0)) < 1e-9; }

}  // namespace

std::string fixed(double value, int decimals) {
  if (!std::isfinite(value)) return "n/a";
  if (std::abs(value) >= kLargest) return fmt::format("{:.3g}", value);
  std::string text = fmt::format("{:.{}f}", value, decimals);
  if (text.front() == '-' && text.find_first_not_of("-0.") == std::string::npos) text.erase(0, 1);
  return text;
}

std::string with_sign(double value, int decimals) {
  std::string text = fixed(value, decimals);
  const bool positive =
      std::isfinite(value) && text.front() != '-' && text.find_first_not_of("0.") != std::string::npos;
  return positive ? "+" + text : text;
}

std::string significant(double value, int digits) {
  if (!std::isfinite(value)) return "n/a";
  if (value == 0.0) return "0";
  const double size = std::abs(value);
  if (size < 1e-4 || size >= 1e9) return fmt::format("{:.{}g}", value, digits);
  const int decimals = std::clamp(digits - 1 - static_cast<int>(std::floor(std::log10(size))), 0, 12);
  return without_trailing_zeros(fixed(value, decimals));
}

std::string grouped_digits(std::size_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string frequency_text(double frequency_hz) {
  if (frequency_hz < 999.5) return significant(frequency_hz, 3) + " Hz";
  return significant(frequency_hz / 1000.0, 3) + " kHz";
}

std::string band_text(const Band& band) {
  const std::string start = frequency_text(band.start_hz);
  const std::string stop = frequency_text(band.stop_hz);
  const std::string_view unit = std::string_view(start).substr(start.find(' ') + 1);
  const std::string_view other = std::string_view(stop).substr(stop.find(' ') + 1);
  return (unit == other ? start.substr(0, start.find(' ')) : start) + "-" + stop;
}

std::string printable(std::string_view text) {
  std::string result;
  bool in_break = false;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    const bool is_break = point.valid && breaks_line(point.value);
    if (is_break) {
      if (!in_break) result += ' ';
    } else if (!point.valid || is_unsafe(point.value)) {
      result += kReplacement;
    } else {
      result += text.substr(0, point.bytes);
    }
    in_break = is_break;
    text.remove_prefix(point.bytes);
  }
  return result;
}

int display_width(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    width += columns_of(point.value);
    text.remove_prefix(point.bytes);
  }
  return width;
}

std::string shortened(std::string_view text, int width) {
  if (display_width(text) <= width) return std::string(text);
  constexpr int kDots = 3;
  if (width <= kDots) return std::string(text.substr(0, head_bytes(text, width)));
  const int tail = (width - kDots) / 2;
  const std::string head(text.substr(0, head_bytes(text, width - kDots - tail)));
  return head + "..." + std::string(text.substr(tail_start(text, tail)));
}

std::vector<std::string> wrapped(std::string_view text, int width) {
  width = std::max(width, 2);
  std::vector<std::string> lines;
  while (display_width(text) > width) {
    const std::size_t fits = std::max(head_bytes(text, width), first_code_point(text).bytes);
    const std::size_t cut = line_break(text, fits);
    lines.emplace_back(text.substr(0, cut));
    text.remove_prefix(cut);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  }
  if (!text.empty() || lines.empty()) lines.emplace_back(text);
  return lines;
}

std::string padded(std::string_view text, int width) {
  const int missing = std::max(0, width - display_width(text));
  return std::string(text) + std::string(static_cast<std::size_t>(missing), ' ');
}

std::string right_aligned(std::string_view text, int width) {
  const int missing = std::max(0, width - display_width(text));
  return std::string(static_cast<std::size_t>(missing), ' ') + std::string(text);
}

std::string file_name(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  const bool has_name = slash != std::string_view::npos && slash + 1 < path.size();
  return std::string(has_name ? path.substr(slash + 1) : path);
}

std::string counted(std::size_t number, const std::string& noun) {
  return grouped_digits(number) + " " + noun + (number == 1 ? "" : "s");
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    if (!text.empty()) text += separator;
    text += part;
  }
  return text;
}

std::string spoken(std::string_view name) {
  std::string text = printable(name);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string term_basis(const Term& term, std::string_view times) {
  std::string text;
  if (term.quantity) text = significant(*term.quantity, 4);
  if (term.quantity && !term.unit.empty()) text += " " + printable(term.unit);
  if (term.quantity && term.coefficient) text += fmt::format(" {} {}", times, significant(*term.coefficient, 6));
  std::string note = printable(term.note);
  if (text.empty()) return note;
  return note.empty() ? text : text + " (" + note + ")";
}

std::string sum_equation(const Score& score) {
  const std::vector<Term>& terms = score.fields().terms;
  const bool tenths = std::all_of(terms.begin(), terms.end(), [](const Term& term) { return is_tenth(term.value); });
  const int decimals = tenths ? 1 : 3;
  std::string text = fixed(score.value(), decimals) + " =";
  bool first = true;
  for (const Term& term : terms) {
    const bool minus = term.value < 0.0 && !first;
    text += first ? " " : minus ? " - " : " + ";
    text += fixed(minus ? -term.value : term.value, decimals);
    first = false;
  }
  if (!tenths && score.fields().published) text += " -> " + fixed(*score.fields().published, 1);
  return text;
}

std::optional<std::string> price_equation(const Score& score) {
  for (const Term& term : score.fields().terms) {
    const bool has_ratio =
        term.note.find('/') != std::string::npos && term.note.find_first_of("0123456789") != std::string::npos;
    if (term.name != "price ratio" || !has_ratio) continue;
    std::string text = printable(term.note);
    if (text.find('=') == std::string::npos) text += " = " + fixed(term.quantity.value_or(term.value), 2);
    return text;
  }
  return std::nullopt;
}

std::string xml_escaped(std::string_view text) {
  std::string result;
  for (const char c : printable(text)) {
    switch (c) {
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '&':
        result += "&amp;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string markdown_escaped(std::string_view text) {
  static const std::map<char, std::string_view> kEntities{{'<', "&lt;"},   {'>', "&gt;"},   {'&', "&amp;"},
                                                          {'{', "&#123;"}, {'}', "&#125;"}, {'$', "&#36;"}};
  std::string result;
  for (const char c : printable(text)) {
    const auto entity = kEntities.find(c);
    if (entity != kEntities.end()) {
      result += entity->second;
    } else {
      if (std::string_view("\\`*_[]#|~").find(c) != std::string_view::npos) result += '\\';
      result += c;
    }
  }
  return result;
}

}  // namespace headscore
