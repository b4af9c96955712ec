#include "verification/product_name.hpp"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include "io/utf8.hpp"

namespace headscore {
namespace {

bool has_digit(std::string_view word) {
  return std::any_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string> name_parts(std::string_view name) {
  std::vector<std::string> parts;
  std::string part;
  for (std::size_t at = 0; at < name.size();) {
    const Character here = character_at(name, at);
    const auto c = static_cast<unsigned char>(name[at]);
    if (c == '+') part += "plus";
    const bool joins = here.length > 1 ? here.code != 0x2011 && here.code != 0x2019 : std::isalnum(c) != 0;
    if (joins) {
      part += here.length > 1 ? std::string(name.substr(at, here.length))
                              : std::string(1, static_cast<char>(std::tolower(c)));
    } else if (c != '\'' && !part.empty()) {
      parts.push_back(std::move(part));
      part.clear();
    }
    at += here.length;
  }
  if (!part.empty()) parts.push_back(std::move(part));
  for (std::string& word : parts) {
    if (word == "ii" || word == "mkii" || word == "mk2") word = "2";
    if (word == "iii" || word == "mkiii" || word == "mk3") word = "3";
    if (word == "iv") word = "4";
  }
  std::erase_if(parts, [](const std::string& word) { return word == "mk" || word == "x" || word == "the"; });
  return parts;
}

}  // namespace

std::string name_key(std::string_view name) {
  std::string key;
  for (const std::string& part : name_parts(name)) key += part;
  return key;
}

bool same_product(std::string_view a, std::string_view b) {
  const std::string left = name_key(a);
  const std::string right = name_key(b);
  if (left.empty() || right.empty()) return false;
  if (left == right) return true;
  const std::string& small = left.size() < right.size() ? left : right;
  const std::string& large = left.size() < right.size() ? right : left;
  // The model alone stands for brand and model, when it has a digit; a longer model ("K371-BT") is another product.
  return small.size() >= 4 && has_digit(small) && large.ends_with(small);
}

}  // namespace headscore
