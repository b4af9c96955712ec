// A product's seats on one frequency axis: their mean, and means that other reseats would have given.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "headscore/curve.hpp"
#include "headscore/interpolation.hpp"
#include "headscore/product.hpp"

namespace headscore {

/// Deterministic random numbers that are the same on every machine: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014) and
/// Box-Muller.
class RandomNumbers {
 public:
  explicit RandomNumbers(std::uint64_t seed) : state_(seed) {}
  [[nodiscard]] double uniform();                      ///< (0, 1)
  [[nodiscard]] std::size_t below(std::size_t count);  ///< 0..count - 1
  [[nodiscard]] double gaussian();

 private:
  std::uint64_t next();
  std::uint64_t state_;
  std::optional<double> spare_;
};

/// Seats by channel on one axis. Levels are as measured; only shapes count.
class SeatCurves {
 public:
  /// `responses` in the order of Product::measurements. The axis is `frequency_hz` (n), cut to what all seats cover
  /// unless `extrapolation` continues them. Throws Error("band-not-covered") without a common band.
  SeatCurves(const std::vector<Channel>& channels, const std::vector<const Curve*>& responses,
             const Eigen::ArrayXd& frequency_hz, Extrapolation extrapolation);

  [[nodiscard]] const Eigen::ArrayXd& frequency_hz() const noexcept { return frequency_hz_; }
  [[nodiscard]] Eigen::ArrayXd mean() const;  ///< (n) dB: mean of the channels' means
  [[nodiscard]] std::optional<Curve> channel_mean(Channel channel) const;
  [[nodiscard]] std::vector<Curve> seats(Channel channel) const;
  /// What means are made of, (n, k) dB: every seat, then the published reseat spread by band.
  [[nodiscard]] Eigen::MatrixXd parts() const;
  /// One mean that could have been measured instead, as the weights (k) of parts(): channels and, within each, seats
  /// drawn with replacement; a channel with a single seat is moved by the published spread (by band, normal).
  [[nodiscard]] Eigen::VectorXd redrawn_weights(RandomNumbers& random) const;
  /// What redrawn_weights() draws from: "bootstrap of 3 seats L and 3 seats R", "one seat, with the published reseat
  /// spread".
  [[nodiscard]] std::string basis() const;

 private:
  struct Group {
    Channel channel;
    std::vector<Eigen::ArrayXd> seats;
    Eigen::ArrayXd mean;
  };
  [[nodiscard]] Eigen::Index seat_count() const;

  Eigen::ArrayXd frequency_hz_;
  std::vector<Group> groups_;
};

}  // namespace headscore
