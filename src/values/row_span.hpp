// Which rows of an axis lie inside a band.
#pragma once

#include <Eigen/Core>
#include <algorithm>

#include "headscore/curve.hpp"

namespace headscore {

struct RowSpan {
  Eigen::Index first = 0;
  Eigen::Index count = 0;  ///< not above zero where no row is inside
};

/// The rows inside the band, ends included; `frequency_hz` (n), Hz, increasing.
[[nodiscard]] inline RowSpan rows_inside(const Eigen::Ref<const Eigen::ArrayXd>& frequency_hz, const Band& band) {
  const double* const begin = frequency_hz.data();
  const double* const end = begin + frequency_hz.size();
  const Eigen::Index first = std::lower_bound(begin, end, band.start_hz) - begin;
  return {first, std::upper_bound(begin, end, band.stop_hz) - begin - first};
}

}  // namespace headscore
