// Divisions of prices in prose, in all their spellings.
#pragma once

#include <vector>

#include "headscore/claim.hpp"
#include "verification/prose.hpp"

namespace headscore {

/// Every division of two amounts: "133 USD ÷ 246 USD = 0.54", "CP = 133 / 246 = 0.54 → 0.5", "\frac{133}{246} \approx
/// 0.54", "MIN(1.0, 144 ÷ 28) = 1.0", "(99 + 10) / 250 = 0.44", "79 USD (A) ÷ 189 USD (B) ≒ 0.42". A "/" counts as a
/// division only where a result follows, or "CP =" goes before; symbols ("B ÷ A") and averages ("(0.22 + 0.40) / 2")
/// are no prices.
[[nodiscard]] std::vector<PriceEquation> price_equations(const Prose& prose);

}  // namespace headscore
