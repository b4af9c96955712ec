#include "dsp/fft.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <kissfft/kissfft.hh>
#include <limits>
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
  const double passes = 1.15 * static_cast<double>(factors.twos / 2) + 0.9 * (factors.twos % 2) +
                        0.95 * factors.threes + 1.15 * factors.fives + 2.0;
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

template <typename Real>
struct RealTransform<Real>::Tables {
  explicit Tables(std::size_t half) : complex(half, false), turns(half / 2 + 1) {
    for (std::size_t k = 0; k < turns.size(); ++k) {
      const double angle = -std::numbers::pi * static_cast<double>(k) / static_cast<double>(half);
      turns[k] = {static_cast<Real>(std::cos(angle)), static_cast<Real>(std::sin(angle))};
    }
  }
  kissfft<Real> complex;
  std::vector<std::complex<Real>> turns;  ///< exp(-i pi k / half)
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
  std::vector<Complex> packed(half);
  std::copy(signal.begin(), signal.end(), reinterpret_cast<Real*>(packed.data()));
  std::vector<Complex> spectrum(half + 1);
  tables_->complex.transform(packed.data(), spectrum.data());
  const Complex first = spectrum[0];
  spectrum[0] = {first.real() + first.imag(), Real(0)};
  spectrum[half] = {first.real() - first.imag(), Real(0)};
  for (std::size_t k = 1; 2 * k <= half; ++k) {
    const Complex a = spectrum[k];
    const Complex b = std::conj(spectrum[half - k]);
    const Complex even = Real(0.5) * (a + b);
    const Complex difference = Real(0.5) * (a - b);
    const Complex& turn = tables_->turns[k];
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
  std::vector<Complex> packed(half);
  packed[0] = {spectrum[0].real() + spectrum[half].real(), -(spectrum[0].real() - spectrum[half].real())};
  for (std::size_t k = 1; 2 * k <= half; ++k) {
    const Complex even = spectrum[k] + std::conj(spectrum[half - k]);
    const Complex odd = spectrum[k] - std::conj(spectrum[half - k]);
    const Complex& turn = tables_->turns[k];
    // difference = i * conj(turn) * odd
    const Complex difference(turn.imag() * odd.real() - turn.real() * odd.imag(),
                             turn.real() * odd.real() + turn.imag() * odd.imag());
    packed[k] = std::conj(even + difference);
    packed[half - k] = even - difference;
  }
  std::vector<Real> signal(size_);
  tables_->complex.transform(packed.data(), reinterpret_cast<Complex*>(signal.data()));
  const Real scale = Real(1) / static_cast<Real>(size_);
  for (std::size_t n = 0; n < size_; n += 2) {
    signal[n] *= scale;
    signal[n + 1] *= -scale;
  }
  return signal;
}

const RealTransform<double>& TransformSet::of_size(std::size_t size) {
  const auto known = transforms_.find(size);
  return known != transforms_.end() ? known->second
                                    : transforms_.emplace(size, RealTransform<double>(size)).first->second;
}

template class RealTransform<double>;
template class RealTransform<float>;

}  // namespace headscore
