#include "dsp/fft.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <mutex>
#include <numbers>
#include <optional>
#include <string>
#include <utility>

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

/// The largest divisor of n that is not above its root.
std::size_t divisor_near_root(std::size_t n) {
  auto divisor = static_cast<std::size_t>(std::sqrt(static_cast<double>(n)));
  while (n % divisor != 0) --divisor;
  return divisor;
}

}  // namespace

namespace portable {
#include "dsp/fft_kernel.inc"
}  // namespace portable

// Vectors of four doubles and fused products halve the time; whether the processor has them is asked when a transform
// is made. The standard's headers are read above, so that none of their functions is made for these processors only.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace vectors {
#include "dsp/fft_kernel.inc"
}  // namespace vectors
#pragma GCC pop_options
namespace {
bool has_vectors() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
}  // namespace
#else
namespace vectors = portable;
namespace {
bool has_vectors() { return false; }
}  // namespace
#endif

template <typename Real>
struct RealTransform<Real>::Tables {
  Tables(std::size_t half, TransformCode code) {
    if (code == TransformCode::kFastest && has_vectors()) {
      of_vectors.emplace(half);
    } else {
      of_all.emplace(half);
    }
  }
  std::optional<vectors::Kernel<Real>> of_vectors;
  std::optional<portable::Kernel<Real>> of_all;
};

template <typename Real>
RealTransform<Real>::RealTransform(std::size_t size, TransformCode code) : size_(size) {
  std::size_t rest = size;
  for (const std::size_t factor : {2U, 3U, 5U}) {
    while (rest != 0 && rest % factor == 0) rest /= factor;
  }
  // With factors of 2, 3 and 5 alone KissFFT keeps no scratch, so one object serves several threads.
  if (size < 4 || size % 2 != 0 || rest != 1) {
    throw Error("bad-transform-size", {}, std::to_string(size) + " points",
                "an even number of at least 4 with no prime factor above 5");
  }
  tables_ = std::make_shared<const Tables>(size / 2, code);
}

template <typename Real>
std::vector<std::complex<Real>> RealTransform<Real>::forward(std::span<const Real> signal) const {
  if (signal.size() > size_)
    throw Error("bad-transform-size", {}, std::to_string(signal.size()) + " samples",
                "at most " + std::to_string(size_));
  return tables_->of_vectors ? tables_->of_vectors->forward(signal) : tables_->of_all->forward(signal);
}

template <typename Real>
std::vector<Real> RealTransform<Real>::inverse(std::span<const std::complex<Real>> spectrum) const {
  if (spectrum.size() != bins())
    throw Error("bad-transform-size", {}, std::to_string(spectrum.size()) + " bins", std::to_string(bins()));
  return tables_->of_vectors ? tables_->of_vectors->inverse(spectrum) : tables_->of_all->inverse(spectrum);
}

template <typename Real>
const RealTransform<Real>& TransformSet::of_size(std::size_t size) {
  const std::lock_guard lock(mutex_);
  auto& transforms = std::get<Sizes<Real>>(transforms_);
  const auto known = transforms.find(size);
  return known != transforms.end() ? known->second : transforms.emplace(size, RealTransform<Real>(size)).first->second;
}

template class RealTransform<double>;
template class RealTransform<float>;
template const RealTransform<double>& TransformSet::of_size<double>(std::size_t);
template const RealTransform<float>& TransformSet::of_size<float>(std::size_t);

}  // namespace headscore
