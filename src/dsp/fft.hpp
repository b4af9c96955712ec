// Real Fourier transforms of 2-3-5-smooth sizes. The one door to KissFFT.
#pragma once

#include <complex>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <tuple>
#include <vector>

namespace headscore {

/// The size, at least `least`, at which a real transform takes the least time: even and of factors 2, 3 and 5. Costs
/// are modelled on measurements: KissFFT is up to 1.7 times slower at powers of two than at their neighbours with a 3
/// or a 5, because strides of a power of two fall into few sets of a cache.
[[nodiscard]] std::size_t fast_transform_size(std::size_t least);

/// Which instructions a transform may use: all that the processor has, or those that every one has.
enum class TransformCode { kFastest, kPortable };

/// Forward and inverse discrete Fourier transform of real signals of one size. Tables are made by the constructor and
/// shared by copies. Several threads may transform with one object at once: it has no scratch of its own.
///
/// forward: X[k] = sum over n of x[n] exp(-2 pi i k n / size), k = 0..size/2; X[0] and X[size/2] are real.
/// inverse: x[n] with forward(x) = X, that is, with the factor 1 / size.
///
/// Relative rms error for noise of 2^18 samples: 6e-16 (double), 2e-7 (float).
template <typename Real>
class RealTransform {
 public:
  /// Throws Error("bad-transform-size") unless `size` is even, at least 4, and has no prime factor above 5.
  explicit RealTransform(std::size_t size, TransformCode code = TransformCode::kFastest);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t bins() const noexcept { return size_ / 2 + 1; }

  /// `signal` (up to size, zeros are put behind it) -> (bins).
  [[nodiscard]] std::vector<std::complex<Real>> forward(std::span<const Real> signal) const;

  /// `spectrum` (bins) -> (size). The imaginary parts of the first and the last bin are taken as zero.
  [[nodiscard]] std::vector<Real> inverse(std::span<const std::complex<Real>> spectrum) const;

 private:
  struct Tables;
  std::size_t size_;
  std::shared_ptr<const Tables> tables_;
};

/// Transforms of the sizes that one piece of work needs, each made once. Several threads may share one: what another
/// is making is waited for.
class TransformSet {
 public:
  /// In float for what is a power that is weighed or averaged, or is read relative to itself alone: its error lies 134
  /// dB below the transformed signal.
  template <typename Real = double>
  [[nodiscard]] const RealTransform<Real>& of_size(std::size_t size);

 private:
  template <typename Real>
  using Sizes = std::map<std::size_t, RealTransform<Real>>;
  std::mutex mutex_;
  std::tuple<Sizes<double>, Sizes<float>> transforms_;
};

extern template class RealTransform<double>;
extern template class RealTransform<float>;
extern template const RealTransform<double>& TransformSet::of_size<double>(std::size_t);
extern template const RealTransform<float>& TransformSet::of_size<float>(std::size_t);

}  // namespace headscore
