#include "dsp/fft.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <kissfft/kissfft.hh>
#include <limits>
#include <mutex>
#include <numbers>
#include <string>

#include "headscore/error.hpp"

namespace headscore {
namespace {

struct Factors {
  int twos = 0;
  int threes = 0;
  int fives = 0;
};

/// Time of a complex transform of 2^a 3^b 5^c points, in ns on the machine that the weights were fitted on: one share a
/// pass (a pass of radix 4 takes two factors of 2), and more when the strides of the first passes are powers of two.
double cost(std::size_t points, const Factors& factors) {
  const int fours = factors.twos / 2;
  const double passes = 1.15 * fours + 0.9 * (factors.twos % 2) + 0.95 * factors.threes + 1.15 * factors.fives + 2.0;
  const bool power_of_two = factors.threes + factors.fives == 0;
  const double aliasing = points < 1024 ? 0.0 : (power_of_two ? 0.6 : (factors.twos > 12 ? 0.2 : 0.0));
  return static_cast<double>(points) * passes * (1.0 + aliasing);
}

}  // namespace

std::size_t fast_transform_size(std::size_t least) {
  const std::size_t points = std::max<std::size_t>(2, (least + 1) / 2);
  double best_cost = std::numeric_limits<double>::infinity();
  std::size_t best = 0;
  std::size_t five_power = 1;
  for (int fives = 0; five_power < 2 * points; ++fives, five_power *= 5) {
    std::size_t three_power = five_power;
    for (int threes = 0; three_power < 2 * points; ++threes, three_power *= 3) {
      std::size_t size = three_power;
      int twos = 0;
      while (size < points) {
        size *= 2;
        ++twos;
      }
      const double own = cost(size, {twos, threes, fives});
      if (own < best_cost) {
        best_cost = own;
        best = size;
      }
    }
  }
  return 2 * best;
}

namespace {

/// exp(-2 pi i k / n), 0 <= k < n, as the product of two values from tables of about sqrt(n): tables that stay in the
/// cache and cost next to nothing to make. Off by no more than the rounding of one more product.
template <typename Real>
class UnitTurns {
 public:
  explicit UnitTurns(std::size_t n) {
    while ((std::size_t{1} << (2 * shift_)) < n) ++shift_;
    const double step = -2.0 * std::numbers::pi / static_cast<double>(n);
    for (std::size_t k = 0; k < std::size_t{1} << shift_; ++k) fine_.push_back(turn(step * static_cast<double>(k)));
    for (std::size_t k = 0; k < n; k += std::size_t{1} << shift_)
      coarse_.push_back(turn(step * static_cast<double>(k)));
  }
  [[nodiscard]] std::complex<Real> at(std::size_t k) const {
    return product(coarse_[k >> shift_], fine_[k & ((std::size_t{1} << shift_) - 1)]);
  }
  /// Without the standard's care for infinities.
  [[nodiscard]] static std::complex<Real> product(const std::complex<Real>& a, const std::complex<Real>& b) {
    return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
  }

 private:
  [[nodiscard]] static std::complex<Real> turn(double angle) {
    return {static_cast<Real>(std::cos(angle)), static_cast<Real>(std::sin(angle))};
  }
  unsigned shift_ = 4;
  std::vector<std::complex<Real>> fine_;
  std::vector<std::complex<Real>> coarse_;
};

/// The largest divisor of n that is not above its root.
std::size_t divisor_near_root(std::size_t n) {
  auto divisor = static_cast<std::size_t>(std::sqrt(static_cast<double>(n)));
  while (n % divisor != 0) --divisor;
  return divisor;
}

}  // namespace

/// A long complex transform of n = rows * columns points is made of transforms of its columns, then of its rows (Bailey
/// 1990): each fits a cache, and no table of n turns is needed.
template <typename Real>
struct RealTransform<Real>::Tables {
  using Complex = std::complex<Real>;
  explicit Tables(std::size_t half)
      : rows(half < kLeastSplit ? 1 : divisor_near_root(half)),
        columns(half / rows),
        of_column(rows, false),
        of_row(columns, false),
        turns(2 * half) {}

  /// `points` are overwritten.
  void transform(Complex* points, Complex* spectrum) const {
    if (rows == 1) {
      of_row.transform(points, spectrum);
      return;
    }
    std::vector<Complex> block(kBlock * columns);  // columns >= rows
    for (std::size_t first = 0; first < columns; first += kBlock) {
      const std::size_t count = std::min(kBlock, columns - first);
      for (std::size_t c = 0; c < count; ++c)
        of_column.transform(points + first + c, block.data() + c * rows, 0, 1, columns);
      for (std::size_t k = 0; k < rows; ++k) {
        for (std::size_t c = 0; c < count; ++c)
          points[k * columns + first + c] =
              UnitTurns<Real>::product(block[c * rows + k], turns.at(2 * k * (first + c)));
      }
    }
    for (std::size_t first = 0; first < rows; first += kBlock) {
      const std::size_t count = std::min(kBlock, rows - first);
      for (std::size_t r = 0; r < count; ++r)
        of_row.transform(points + (first + r) * columns, block.data() + r * columns);
      for (std::size_t k = 0; k < columns; ++k) {
        for (std::size_t r = 0; r < count; ++r) spectrum[k * rows + first + r] = block[r * columns + k];
      }
    }
  }

  static constexpr std::size_t kLeastSplit =
      32768;  ///< below, tables are used often and the second pass costs more than they do
  static constexpr std::size_t kBlock = 8;  ///< columns at once: whole lines of the cache
  std::size_t rows;
  std::size_t columns;
  kissfft<Real> of_column;
  kissfft<Real> of_row;
  UnitTurns<Real> turns;
};

template <typename Real>
RealTransform<Real>::RealTransform(std::size_t size) : size_(size) {
  std::size_t rest = size;
  for (const std::size_t factor : {2U, 3U, 5U}) {
    while (rest != 0 && rest % factor == 0) rest /= factor;
  }
  // With factors of 2, 3 and 5 alone KissFFT keeps no scratch, so one object serves several threads.
  if (size < 4 || size % 2 != 0 || rest != 1) {
    throw Error("bad-transform-size", {}, std::to_string(size) + " points",
                "an even number of at least 4 with no prime factor above 5");
  }
  tables_ = std::make_shared<const Tables>(size / 2);
}

// A real signal of 2h samples is a complex one of h; the even and the odd samples' spectra are told apart by their
// symmetry.
template <typename Real>
std::vector<std::complex<Real>> RealTransform<Real>::forward(std::span<const Real> signal) const {
  using Complex = std::complex<Real>;
  const std::size_t half = size_ / 2;
  if (signal.size() > size_)
    throw Error("bad-transform-size", {}, std::to_string(signal.size()) + " samples",
                "at most " + std::to_string(size_));
  const auto packed = std::make_unique_for_overwrite<Real[]>(size_);
  std::fill(std::copy(signal.begin(), signal.end(), packed.get()), packed.get() + size_, Real(0));
  std::vector<Complex> spectrum(half + 1);
  tables_->transform(reinterpret_cast<Complex*>(packed.get()), spectrum.data());
  const Complex first = spectrum[0];
  spectrum[0] = {first.real() + first.imag(), Real(0)};
  spectrum[half] = {first.real() - first.imag(), Real(0)};
  for (std::size_t k = 1; 2 * k <= half; ++k) {
    const Complex a = spectrum[k];
    const Complex b = std::conj(spectrum[half - k]);
    const Complex even = Real(0.5) * (a + b);
    const Complex difference = Real(0.5) * (a - b);
    const Complex turn = tables_->turns.at(k);
    // odd = turn * difference / i
    const Complex odd(turn.real() * difference.imag() + turn.imag() * difference.real(),
                      turn.imag() * difference.imag() - turn.real() * difference.real());
    spectrum[k] = even + odd;
    spectrum[half - k] = std::conj(even - odd);
  }
  return spectrum;
}

template <typename Real>
std::vector<Real> RealTransform<Real>::inverse(std::span<const std::complex<Real>> spectrum) const {
  using Complex = std::complex<Real>;
  const std::size_t half = size_ / 2;
  if (spectrum.size() != half + 1)
    throw Error("bad-transform-size", {}, std::to_string(spectrum.size()) + " bins", std::to_string(half + 1));
  // The inverse of a complex transform is the conjugate of the transform of the conjugate: one table serves both.
  const auto buffer = std::make_unique_for_overwrite<Real[]>(size_);
  auto* const packed = reinterpret_cast<Complex*>(buffer.get());
  packed[0] = {spectrum[0].real() + spectrum[half].real(), -(spectrum[0].real() - spectrum[half].real())};
  for (std::size_t k = 1; 2 * k <= half; ++k) {
    const Complex even = spectrum[k] + std::conj(spectrum[half - k]);
    const Complex odd = spectrum[k] - std::conj(spectrum[half - k]);
    const Complex turn = tables_->turns.at(k);
    // difference = i * conj(turn) * odd
    const Complex difference(turn.imag() * odd.real() - turn.real() * odd.imag(),
                             turn.real() * odd.real() + turn.imag() * odd.imag());
    packed[k] = std::conj(even + difference);
    packed[half - k] = even - difference;
  }
  std::vector<Real> signal(size_);
  tables_->transform(packed, reinterpret_cast<Complex*>(signal.data()));
  const Real scale = Real(1) / static_cast<Real>(size_);
  for (std::size_t n = 0; n < size_; n += 2) {
    signal[n] *= scale;
    signal[n + 1] *= -scale;
  }
  return signal;
}

const RealTransform<double>& TransformSet::of_size(std::size_t size) {
  const std::lock_guard lock(mutex_);
  const auto known = transforms_.find(size);
  return known != transforms_.end() ? known->second
                                    : transforms_.emplace(size, RealTransform<double>(size)).first->second;
}

template class RealTransform<double>;
template class RealTransform<float>;

}  // namespace headscore
