// The loop that intervals spend their time in, once for every CPU and once for those with AVX2: the same sums in the
// same order, so that no result depends on the machine.
#pragma once

#include <cstddef>

namespace headscore {

/// Draws that are summed at once: arrays over draws are padded to a multiple.
inline constexpr std::size_t kDrawsAtOnce = 8;

/// Rows in which the same parts differ from draw to draw.
struct AbsoluteSums {
  const double* base;          ///< (rows): what is the same in all draws
  const double* coefficients;  ///< (rows, parts), row by row
  std::size_t rows;
  std::size_t parts;
  const double* const* weights;  ///< (parts) of (draws)
  const double* centres;         ///< (draws)
  std::size_t draws;             ///< a multiple of kDrawsAtOnce
};

/// Adds to totals[d] of each draw, row by row, |base[row] - centres[d] + sum over the parts of
/// coefficients[row][part] * weights[part][d]|.
using AddAbsoluteSums = void (*)(const AbsoluteSums& sums, double* totals);

[[nodiscard]] AddAbsoluteSums portable_absolute_sums();
[[nodiscard]] AddAbsoluteSums avx2_absolute_sums();  ///< nullptr where the program was built for another kind of CPU
[[nodiscard]] AddAbsoluteSums absolute_sums();       ///< the fastest one that this CPU can run

}  // namespace headscore
