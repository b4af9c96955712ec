// The cheapest product that qualifies, for every product of a catalog at once: exact, by price-ordered bitsets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace headscore {

/// Columns of n products. Product j qualifies for product i when
///   price[j] < price[i], and for each metric m with a demand (wanted[m][i] is not NaN)
///     offered[m][j] - wanted[m][i] <= tolerance[m]   (smaller is better; NaN never qualifies, -infinity always),
///   and each column c: offered_marks[c][j] has every bit of wanted_marks[c][i],
///   and, where any_wanted is not empty: any_offered[j] and any_wanted[i] have a bit in common.
struct DominanceColumns {
  std::vector<double> price;                              ///< (n); NaN: neither asks nor answers
  std::vector<std::vector<double>> offered;               ///< (k, n)
  std::vector<std::vector<double>> wanted;                ///< (k, n); finite or NaN
  std::vector<double> tolerance;                          ///< (k), 0 or more
  std::vector<std::vector<std::uint64_t>> offered_marks;  ///< (c, n)
  std::vector<std::vector<std::uint64_t>> wanted_marks;   ///< (c, n)
  std::vector<std::uint64_t> any_offered;                 ///< (n) or empty
  std::vector<std::uint64_t> any_wanted;                  ///< (n) or empty
  std::vector<bool> asks;                                 ///< (n) or empty: false: this product has no question
};

inline constexpr std::uint32_t kNoProduct = std::numeric_limits<std::uint32_t>::max();

/// For each product the index of the cheapest that qualifies, of several at one price the one with the smallest index;
/// kNoProduct where none does. Throws Error("bad-columns") when the columns differ in length or hold more than 2^32 - 2
/// products.
///
/// Products are taken in price order, in tiles of candidates. A tile has one bitset for each of 64 quantile thresholds
/// of each metric and one for each subset of a few neighbouring marks; a product ANDs the rows that it needs, the most
/// selective first, and verifies what survives exactly. A candidate that another, no dearer one dominates is no answer
/// to anybody and is left out where this is noticed. Time grows as n^2 / 512 in the worst case, memory as n.
[[nodiscard]] std::vector<std::uint32_t> cheapest_dominators(const DominanceColumns& columns);

}  // namespace headscore
