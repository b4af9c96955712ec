#include "io/text_lines.hpp"

#include <algorithm>
#include <bit>
#include <cctype>

namespace headscore {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_letter(char a, char b) { return lower(a) == lower(b); }

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\x1A'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view unquoted(std::string_view text) {
  if (text.starts_with('"')) text.remove_prefix(1);
  if (text.ends_with('"')) text.remove_suffix(1);
  return text;
}

std::string lowered(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

std::size_t find_word(std::string_view text, std::string_view word) {
  if (word.empty()) return 0;
  if (word.size() > text.size()) return std::string_view::npos;
  // Both cases of the first letter are looked for by themselves: most lines have neither.
  const char small = lower(word.front());
  const char capital = small >= 'a' && small <= 'z' ? static_cast<char>(small - 'a' + 'A') : small;
  const std::string_view starts = text.substr(0, text.size() - word.size() + 1);
  std::size_t next_small = starts.find(small);
  std::size_t next_capital = capital == small ? std::string_view::npos : starts.find(capital);
  while (true) {
    const std::size_t at = std::min(next_small, next_capital);
    if (at == std::string_view::npos) return at;
    const std::string_view found = text.substr(at, word.size());
    if (std::equal(word.begin() + 1, word.end(), found.begin() + 1, same_letter)) return at;
    (at == next_small ? next_small : next_capital) = starts.find(text[at], at + 1);
  }
}

bool contains_word(std::string_view text, std::string_view word) {
  return find_word(text, word) != std::string_view::npos;
}

AnyWord::AnyWord(std::span<const std::string_view> words) : words_(words.begin(), words.end()) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (std::size_t at = 0; at < starts_.size(); ++at)
      starts_.at(at).at(static_cast<unsigned char>(words[i].at(at))) |= std::uint32_t{1} << i;
  }
}

bool AnyWord::is_in(std::string_view text) const {
  const auto starting = [&](std::size_t at, std::size_t letter) {
    return starts_[letter][static_cast<unsigned char>(text[at + letter])];
  };
  for (std::size_t at = 0; at + starts_.size() <= text.size(); ++at) {
    for (std::uint32_t words = starting(at, 0) & starting(at, 1) & starting(at, 2); words != 0; words &= words - 1) {
      if (text.substr(at).starts_with(words_[static_cast<std::size_t>(std::countr_zero(words))])) return true;
    }
  }
  return false;
}

std::optional<std::string> header_value(const std::vector<TextLine>& lines, std::string_view key) {
  for (const TextLine& line : lines) {
    std::string_view text = trimmed(line.text);
    while (!text.empty() && std::string_view("*#\";!%/ ").find(text.front()) != std::string_view::npos)
      text.remove_prefix(1);
    if (text.size() <= key.size() || !std::equal(key.begin(), key.end(), text.begin(), same_letter)) continue;
    std::string_view rest = trimmed(text.substr(key.size()));
    if (rest.empty() || (rest.front() != ':' && rest.front() != '=')) continue;
    rest = trimmed(rest.substr(1));
    while (!rest.empty() && (rest.back() == ',' || rest.back() == '"' || rest.back() == '\t'))
      rest = trimmed(rest.substr(0, rest.size() - 1));
    return std::string(rest);
  }
  return std::nullopt;
}

std::string excerpt(std::string_view text, std::size_t most) {
  std::string result = "\"";
  std::string_view shown = text.substr(0, most);
  // Never cut inside a UTF-8 sequence.
  while (shown.size() < text.size() && !shown.empty() &&
         (static_cast<unsigned char>(text[shown.size()]) & 0xC0U) == 0x80U) {
    shown.remove_suffix(1);
  }
  for (const char c : shown) {
    const auto byte = static_cast<unsigned char>(c);
    result += byte < 32 || byte == 127 ? ' ' : c;
  }
  return result + (shown.size() < text.size() ? "...\"" : "\"");
}

}  // namespace headscore
