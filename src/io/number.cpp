#include "io/number.hpp"

#include <algorithm>
#include <cctype>
#include <string>

#include "io/text_lines.hpp"

namespace headscore {
namespace {

/// Replaces what stands for a sign or a space in other alphabets: U+2212 minus; U+00A0, U+2009, U+202F spaces.
std::string plain(std::string_view cell) {
  std::string text(cell);
  const auto replace_all = [&text](std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
  };
  replace_all("\u2212", "-");
  replace_all("\u00A0", " ");
  replace_all("\u2009", " ");
  replace_all("\u202F", " ");
  return text;
}

/// Takes the separators out when every group behind one has exactly three digits.
std::optional<std::string> without_thousands(std::string_view cell, const NumberStyle& style) {
  std::string result;
  const std::size_t whole_end = std::min(cell.find(style.decimal), cell.size());
  std::size_t group = 0;
  bool grouped = false;
  for (std::size_t i = 0; i < whole_end; ++i) {
    if (cell[i] == style.thousands) {
      if (group == 0 || group > 3 || (grouped && group != 3)) return std::nullopt;
      grouped = true;
      group = 0;
    } else {
      group += std::isdigit(static_cast<unsigned char>(cell[i])) != 0 ? 1U : 0U;
      result += cell[i];
    }
  }
  if (grouped && group != 3) return std::nullopt;
  return result.append(cell.substr(whole_end));
}

}  // namespace

std::optional<double> cell_number(std::string_view cell, const NumberStyle& style) {
  cell = unquoted(trimmed(cell));
  if (cell.empty() || static_cast<std::ptrdiff_t>(cell.size()) > kLongestCell) return std::nullopt;
  std::string text = plain(cell);
  if (style.thousands != '\0') {
    std::optional<std::string> joined = without_thousands(trimmed(text), style);
    if (!joined) return std::nullopt;
    text = *joined;
  }
  if (style.decimal == ',') {
    if (text.find('.') != std::string::npos) return std::nullopt;
    std::replace(text.begin(), text.end(), ',', '.');
  }
  const std::string_view bare = trimmed(text);
  text = std::string(bare);
  double value = 0.0;
  const char* end = parse_number(text.c_str(), text.c_str() + text.size(), value);
  if (end != text.c_str() + text.size()) return std::nullopt;
  return value;
}

bool is_missing_mark(std::string_view cell) {
  cell = unquoted(trimmed(cell));
  std::string word;
  for (const char c : cell) word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (word.starts_with('+') || (word.starts_with('-') && word.size() > 2)) word.erase(0, 1);
  if (word.starts_with("\u2212")) word.erase(0, std::string_view("\u2212").size());
  constexpr std::array<std::string_view, 12> kMarks = {"nan", "n/a",  "na",       "n.a.",      "null", "nil",
                                                       "inf", "none", "infinity", "undefined", "ovld", "overload"};
  if (word.empty()) return false;
  const bool only_marks = word.find_first_not_of("*?-.#_~") == std::string::npos;
  return only_marks || std::find(kMarks.begin(), kMarks.end(), word) != kMarks.end() || word.starts_with("nan(") ||
         word.starts_with("1.#") || word == "\u221E" || (word.front() == '#' && word.size() > 2);
}

}  // namespace headscore
