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

class InterpolationPlans;

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

/// The published spread of levels between reseats by band, (n, bands) dB: what one standard deviation of each band adds
/// to a row.
[[nodiscard]] Eigen::MatrixXd reseat_spread_parts(const Eigen::ArrayXd& frequency_hz);

/// Means that could have been measured instead, one a row, (draws, seats + bands): the weights of
/// SeatCurves::error_parts(), of which the first is always 1, and behind them those of reseat_spread_parts(). Channels
/// and, within each, seats are drawn with replacement; a channel with a single seat is moved by the published spread
/// (by band, normal).
[[nodiscard]] Eigen::MatrixXd redrawn_weights(const std::vector<std::size_t>& seats_per_channel, int draws,
                                              RandomNumbers& random);

/// The rows of `frequency_hz` (n) that all curves cover. Throws Error("band-not-covered") for fewer than two.
[[nodiscard]] Eigen::ArrayXd common_axis(const std::vector<const Curve*>& responses,
                                         const Eigen::ArrayXd& frequency_hz);

/// Seats by channel on one axis. Levels are as measured; only shapes count.
class SeatCurves {
 public:
  /// `responses` in the order of Product::measurements, brought to `frequency_hz` (n), which is a common_axis() unless
  /// `extrapolation` continues them.
  SeatCurves(const std::vector<Channel>& channels, const std::vector<const Curve*>& responses,
             Eigen::ArrayXd frequency_hz, Extrapolation extrapolation, InterpolationPlans& plans);

  [[nodiscard]] const Eigen::ArrayXd& frequency_hz() const noexcept { return frequency_hz_; }
  [[nodiscard]] Eigen::ArrayXd mean() const;  ///< (n) dB: mean of the channels' means
  /// (n) dB; nullptr when no seat is of that channel.
  [[nodiscard]] const Eigen::ArrayXd* channel_mean_db(Channel channel) const;
  [[nodiscard]] std::vector<Curve> seats(Channel channel) const;
  /// How many seats each channel has, in the order of the channels' first seats.
  [[nodiscard]] std::vector<std::size_t> seats_per_channel() const;
  /// What error curves are made of by redrawn_weights(), (n, seats) dB: the first seat less `wanted` (n), then every
  /// other seat less the first.
  [[nodiscard]] Eigen::MatrixXd error_parts(const Eigen::ArrayXd& wanted_db) const;
  /// What redrawn_weights() draws from: "bootstrap of 3 seats L and 3 seats R", "one seat, with the published reseat
  /// spread".
  [[nodiscard]] std::string basis() const;

 private:
  struct Group {
    Channel channel;
    std::vector<Eigen::ArrayXd> seats;
    Eigen::ArrayXd mean;
  };
  Eigen::ArrayXd frequency_hz_;
  std::vector<Group> groups_;
};

}  // namespace headscore
