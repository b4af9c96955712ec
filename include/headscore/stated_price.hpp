// What a page prints: numbers and sums of money with their places, equations of prices, products with a price.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace headscore {

/// A place in a page and the words that stand there.
struct Passage {
  std::size_t line = 0;    ///< 1-based
  std::size_t column = 0;  ///< 1-based, in characters (Unicode code points), of the file as it is
  std::string text;        ///< without Markdown's marks, damaged characters put back
  std::size_t offset = 0;  ///< byte of the file's text (UTF-8, without byte order mark) at which it begins
};

/// A number as it is printed.
struct StatedNumber {
  double value = 0.0;
  int decimals = 0;
  bool cut = false;  ///< "0.686...": the author shows that digits were left out
  Passage where;
};

/// A sum of money as it is printed; of "(99 USD + 10 USD)" the sum.
struct Amount {
  double value = 0.0;
  int decimals = 0;
  std::string currency;          ///< ISO 4217; empty where none is printed
  std::vector<double> summands;  ///< more than one for a sum
  Passage where;
  std::optional<double> high;  ///< upper end of a printed range, "19-23 USD"
};

/// "133 USD ÷ 246 USD = 0.54 → 0.5".
struct PriceEquation {
  Amount numerator;
  Amount denominator;
  std::optional<StatedNumber> ratio;   ///< the first number behind the division
  std::optional<StatedNumber> result;  ///< the last one of the chain, where there are two
  bool clamped = false;                ///< MIN(1.0, ...)
  bool labelled = false;               ///< "CP = ..."
  Passage where;

  /// numerator / denominator; absent for a division by zero and for amounts of two currencies, as no rate is assumed.
  [[nodiscard]] std::optional<double> quotient() const {
    const bool two =
        !numerator.currency.empty() && !denominator.currency.empty() && numerator.currency != denominator.currency;
    if (two || !(denominator.value > 0.0)) return std::nullopt;
    return numerator.value / denominator.value;
  }
};

/// One of the products that are sold apart and stand together against the reviewed one.
struct BundlePart {
  std::string name;
  double price = 0.0;
};

/// A product named as cheaper and equivalent, with the price printed beside it. Of a bundle the name is "A + B".
struct NamedProduct {
  std::string name;
  std::optional<Amount> price;
  Passage where;
  std::vector<BundlePart> parts;  ///< of a bundle, in the order of the page; empty for a single product
};

}  // namespace headscore
