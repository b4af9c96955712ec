// When two names may mean one product.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace headscore {

/// "Sony MDR-1AM2" -> {"Sony", "MDR-1AM2"}: the first word is the brand, unless `brand` (any spelling) begins the name.
[[nodiscard]] std::pair<std::string, std::string> brand_and_model(std::string_view name, std::string_view brand = "");

/// Names that were seen, for finding near ones: the same digits, and few letters changed, added or left out, or one
/// name inside the other. "HD 600" and "HD 650" are two products, "AKG K371" and "AKG K371-BT" are told.
class NearNames {
 public:
  /// The names near to `name` among those added before, at most three.
  [[nodiscard]] std::vector<std::string> near(const std::string& name) const;
  void add(const std::string& name);

 private:
  struct Entry {
    std::string identity;
    std::string name;
  };
  std::unordered_map<std::string, std::vector<Entry>> buckets_;
};

}  // namespace headscore
