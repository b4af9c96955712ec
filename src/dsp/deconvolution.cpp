#include "dsp/deconvolution.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <utility>

#include "headscore/error.hpp"

namespace headscore {
namespace {

constexpr double kFloor = 1e-6;       ///< e in the band, relative to the sweep's power there
constexpr double kFloorAbove = 1e-2;  ///< e from 2 % above the band on: the sweep's spectrum falls like a cliff there
constexpr double kCliff = 0.02;
constexpr double kLowestHz = 7.0;  ///< below it is no sound: a division there adds rumble and rings for seconds
constexpr double kNyquistShare = 0.96;
constexpr double kHighTaper = 1.1;
constexpr double kToldShare = 0.98;  ///< the last hundredths of a sweep are its fade and the cliff behind it

/// 1 at u <= 0, 0 at u >= 1.
double raised_cosine(double u) { return 0.5 + 0.5 * std::cos(std::numbers::pi * std::clamp(u, 0.0, 1.0)); }

std::span<const double> span_of(const Eigen::ArrayXd& samples) {
  return {samples.data(), static_cast<std::size_t>(samples.size())};
}

}  // namespace

Deconvolver::Deconvolver(SweepReference reference, Eigen::Index frames)
    : reference_(std::move(reference)),
      transform_(fast_transform_size(static_cast<std::size_t>(std::max(frames, reference_.samples.size())))),
      start_hz_(std::max(reference_.course.start_hz, kLowestHz)),
      edge_hz_(std::min(reference_.course.stop_hz, kNyquistShare * 0.5 * reference_.sample_rate_hz)) {
  if (!(reference_.samples.abs() > 0.0).any())
    throw Error("bad-sweep", {}, "a sweep without a sample above zero", "the sweep that was played");
  inverse_ = transform_.forward(span_of(reference_.samples));
  const double nyquist_hz = 0.5 * reference_.sample_rate_hz;
  const double step_hz = reference_.sample_rate_hz / static_cast<double>(transform_.size());
  const double lowest_hz = 0.5 * start_hz_;
  const double highest_hz = std::min(kHighTaper * edge_hz_, nyquist_hz);
  // |X(f)|^2 of A sin(..) with the course f1 e^(t/L), by stationary phase: A^2 L fs^2 / (4 f).
  const double power = 0.25 * reference_.amplitude * reference_.amplitude * reference_.course.rate_constant_s *
                       reference_.sample_rate_hz * reference_.sample_rate_hz;
  for (std::size_t k = 0; k < inverse_.size(); ++k) {
    const double f = step_hz * static_cast<double>(k);
    if (f <= lowest_hz || f >= highest_hz) {
      inverse_[k] = 0.0;
      continue;
    }
    const double taper = f < start_hz_ ? raised_cosine((start_hz_ - f) / (start_hz_ - lowest_hz))
                                       : raised_cosine((f - edge_hz_) / (highest_hz - edge_hz_));
    const double above = std::clamp((f / edge_hz_ - 1.0) / kCliff, 0.0, 1.0);
    const double floor = kFloor * std::pow(kFloorAbove / kFloor, above);
    inverse_[k] = taper * std::conj(inverse_[k]) / (std::norm(inverse_[k]) + floor * power / f);
  }
}

std::vector<double> Deconvolver::deconvolved(const Eigen::Ref<const Eigen::ArrayXd>& recording) const {
  std::vector<std::complex<double>> spectrum =
      transform_.forward({recording.data(), static_cast<std::size_t>(recording.size())});
  for (std::size_t k = 0; k < spectrum.size(); ++k) spectrum[k] *= inverse_[k];
  return transform_.inverse(spectrum);
}

double Deconvolver::start_hz() const noexcept {
  return reference_.recognised_band ? std::max(start_hz_, reference_.recognised_band->start_hz) : start_hz_;
}

double Deconvolver::stop_hz() const noexcept {
  const double told_hz = std::min(kToldShare * reference_.course.stop_hz, edge_hz_);
  return reference_.recognised_band ? std::min(told_hz, reference_.recognised_band->stop_hz) : told_hz;
}

}  // namespace headscore
