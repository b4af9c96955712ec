// Product: identity, price, functions, and the measurements that belong to it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "headscore/measurement.hpp"
#include "headscore/outcome.hpp"

namespace headscore {

/// A price of one day. amount > 0, finite; currency three capital letters (ISO 4217).
class Price {
 public:
  /// Throws Error("bad-price"), Error("bad-currency") or Error("bad-date") (ISO 8601 calendar date, "2025-07-31").
  Price(double amount, std::string currency, std::optional<std::string> date = std::nullopt);

  [[nodiscard]] double amount() const noexcept { return amount_; }
  [[nodiscard]] const std::string& currency() const noexcept { return currency_; }
  [[nodiscard]] const std::optional<std::string>& date() const noexcept { return date_; }

 private:
  double amount_;
  std::string currency_;
  std::optional<std::string> date_;
};

/// A product with what is known of it before anything is scored.
struct Product {
  std::string name;
  std::optional<FormFactor> form;
  std::string form_source = "none";  ///< "sidecar", "phone-book", "catalog", "none"
  std::optional<std::string> rig;    ///< rig id, from a sidecar
  std::optional<Price> price;
  std::set<std::string> functions;        ///< "wireless", "anc", "balanced-connection", ...
  std::vector<Measurement> measurements;  ///< in the order L1, L2, ..., R1, R2, ...
  std::vector<FileRecord> refused;        ///< files that belong to it and could not be read
  std::vector<Reason> reasons;            ///< what was noticed while it was put together: identical channels, ...
};

}  // namespace headscore
