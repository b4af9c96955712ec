// Which product a cost-performance section compares with.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/claim.hpp"
#include "verification/prose.hpp"

namespace headscore {

/// The product whose price is the equation's numerator; without an equation, the one whose price gives the score. Names
/// are told by their capitals and digits, by the price beside them and by the words around them. `own_name` is the
/// reviewed product.
[[nodiscard]] std::optional<NamedProduct> named_comparator(const Prose& prose,
                                                           const std::optional<PriceEquation>& equation,
                                                           std::string_view own_name,
                                                           const std::optional<double>& wanted_price);

}  // namespace headscore
