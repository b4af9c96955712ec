#include "batch/response_shape.hpp"

#include <cmath>

namespace headscore {

const std::array<double, kShapePoints>& shape_frequency_hz() {
  static const std::array<double, kShapePoints> kFrequencies = [] {
    std::array<double, kShapePoints> result{};
    for (std::size_t k = 0; k < result.size(); ++k) result[k] = 20.0 * std::exp2(static_cast<double>(k) / 6.0);
    return result;
  }();
  return kFrequencies;
}

std::array<std::optional<double>, kShapePoints> response_shape_db(const Curve& response) {
  static const double kHalfWindow = std::exp2(1.0 / 12.0);
  std::array<std::optional<double>, kShapePoints> shape;
  const Eigen::ArrayXd& frequency_hz = response.frequency_hz();
  Eigen::Index row = 0;
  for (std::size_t k = 0; k < shape.size(); ++k) {
    const double centre_hz = shape_frequency_hz()[k];
    while (row < response.size() && frequency_hz[row] < centre_hz / kHalfWindow) ++row;
    double sum = 0.0;
    int count = 0;
    for (; row < response.size() && frequency_hz[row] < centre_hz * kHalfWindow; ++row) {
      sum += response.magnitude_db()[row];
      ++count;
    }
    if (count > 0) shape[k] = sum / count;
  }
  return shape;
}

}  // namespace headscore
