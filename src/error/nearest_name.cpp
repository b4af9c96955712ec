#include "error/nearest_name.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>

namespace headscore {
namespace {

std::string bare(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::vector<std::string> nearest_names(std::string_view wanted, const std::vector<std::string>& names) {
  const std::string key = bare(wanted.substr(0, 200));
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const std::string& name : names) {
    const std::string other = bare(name);
    const std::size_t limit = std::max(key.size(), other.size());
    std::size_t distance = edit_distance(key, other);
    if (!key.empty() && other.find(key) != std::string::npos) distance = 0;
    if (distance * 2 <= limit + 1) ranked.emplace_back(distance, name);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> result;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, ranked.size()); ++i) result.push_back(ranked[i].second);
  return result;
}

std::string suggestion(std::string_view wanted, const std::vector<std::string>& names) {
  const auto joined = [](const std::vector<std::string>& list) {
    std::string text;
    for (const std::string& name : list) text += (text.empty() ? "" : ", ") + name;
    return text;
  };
  const std::vector<std::string> nearest = nearest_names(wanted, names);
  // A catalog's names, or all options of a command, would bury what is meant.
  constexpr std::size_t kMostNames = 12;
  if (names.size() > kMostNames) {
    const std::string count = std::to_string(names.size());
    if (!nearest.empty()) return joined(nearest) + " (nearest of " + count + ")";
    return "one of " + joined({names.begin(), names.begin() + kMostNames}) + ", ... (" + count + " in all)";
  }
  return nearest.empty() ? "one of " + joined(names) : joined(nearest) + " (of " + joined(names) + ")";
}

}  // namespace headscore
