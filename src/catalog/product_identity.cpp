#include "catalog/product_identity.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>

#include "headscore/catalog_store.hpp"
#include "io/text_lines.hpp"

namespace headscore {
namespace {

constexpr std::size_t kMostCompared = 256;  ///< names of one bucket: synthetic catalogs must not take forever

std::string digits_of(std::string_view identity) {
  std::string digits;
  for (const char c : identity) {
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) digits += c;
  }
  return digits;
}

/// Names are compared within a bucket: the same digits, and the same beginning.
std::string bucket_of(std::string_view identity) {
  return digits_of(identity) + "/" + std::string(identity.substr(0, 3));
}

/// Levenshtein distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

bool is_near(const std::string& a, const std::string& b) {
  const std::string& longer = a.size() >= b.size() ? a : b;
  const std::string& shorter = a.size() >= b.size() ? b : a;
  if (shorter.size() >= 5 && longer.find(shorter) != std::string::npos) return true;
  const std::size_t most = std::max<std::size_t>(1, shorter.size() / 8);
  return longer.size() - shorter.size() <= most && distance(a, b) <= most;
}

}  // namespace

std::string normalised_identity(std::string_view name) {
  std::string identity;
  for (const char c : lowered(name)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      identity += "and";
    } else if (std::isalnum(byte) != 0 || byte >= 0x80 || c == '+') {
      identity += c;
    }
  }
  return identity;
}

std::pair<std::string, std::string> brand_and_model(std::string_view name, std::string_view brand) {
  name = trimmed(name);
  const std::string wanted = normalised_identity(brand);
  for (std::size_t end = name.find(' '); end != std::string_view::npos; end = name.find(' ', end + 1)) {
    if (!wanted.empty() && normalised_identity(name.substr(0, end)) == wanted)
      return {std::string(name.substr(0, end)), std::string(trimmed(name.substr(end)))};
  }
  const std::size_t first = name.find(' ');
  if (first == std::string_view::npos) return {"", std::string(name)};
  return {std::string(name.substr(0, first)), std::string(trimmed(name.substr(first)))};
}

std::vector<std::string> NearNames::near(const std::string& name) const {
  std::vector<std::string> found;
  const std::string identity = normalised_identity(name);
  const auto bucket = buckets_.find(bucket_of(identity));
  if (bucket == buckets_.end()) return found;
  std::size_t compared = 0;
  for (const Entry& entry : bucket->second) {
    if (++compared > kMostCompared || found.size() == 3) break;
    if (entry.identity != identity && is_near(identity, entry.identity)) found.push_back(entry.name);
  }
  return found;
}

void NearNames::add(const std::string& name) {
  const std::string identity = normalised_identity(name);
  buckets_[bucket_of(identity)].push_back({identity, name});
}

}  // namespace headscore
