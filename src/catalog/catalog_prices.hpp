// Which price of a product counts, and in which currency.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "headscore/catalog_store.hpp"

namespace headscore {

/// The newest rates of a day, both ways.
class RateTable {
 public:
  RateTable(const std::vector<ExchangeRate>& rates, const std::string& today);

  /// The rate with which an amount in `from` is multiplied; nullptr when there is none. A currency is worth 1 of
  /// itself.
  [[nodiscard]] const ExchangeRate* find(const std::string& from, const std::string& to) const;

 private:
  std::map<std::pair<std::string, std::string>, ExchangeRate> newest_;
};

struct ChosenPrice {
  Price price;       ///< in the wanted currency where a rate is known, else in its own
  std::string note;  ///< "95 GBP at 1.27 of 2025-07-30"; empty without a conversion
};

/// The newest price that is not of the future, and not of a used product unless those count; an undated one is the
/// oldest. Of several of one day the one in the wanted currency, then the lowest.
[[nodiscard]] std::optional<ChosenPrice> chosen_price(const std::vector<DatedPrice>& prices, const PriceChoice& choice,
                                                      const RateTable& rates);

/// The shortest digits that mean the number: "129.99".
[[nodiscard]] std::string shortest_number(double value);

}  // namespace headscore
