// The fast transforms against the sum that defines them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <thread>

#include "dsp/fft.hpp"
#include "headscore/error.hpp"

namespace headscore {
namespace {

template <typename Real>
std::vector<Real> noise(std::size_t size) {
  std::mt19937_64 random(size);
  std::vector<Real> samples(size);
  for (Real& sample : samples) sample = static_cast<Real>(static_cast<double>(random() >> 11U) * 0x1.0p-52 - 1.0);
  return samples;
}

/// The definition, in long double.
template <typename Real>
std::vector<std::complex<double>> slow_spectrum(const std::vector<Real>& signal) {
  const std::size_t size = signal.size();
  std::vector<std::complex<double>> spectrum(size / 2 + 1);
  for (std::size_t k = 0; k < spectrum.size(); ++k) {
    std::complex<long double> sum = 0.0L;
    for (std::size_t n = 0; n < size; ++n) {
      const long double angle = -2.0L * std::numbers::pi_v<long double> * static_cast<long double>(k * n % size) /
                                static_cast<long double>(size);
      sum += static_cast<long double>(signal[n]) * std::complex<long double>(std::cos(angle), std::sin(angle));
    }
    spectrum[k] = {static_cast<double>(sum.real()), static_cast<double>(sum.imag())};
  }
  return spectrum;
}

template <typename Real>
double relative_error(std::size_t size) {
  const std::vector<Real> signal = noise<Real>(size);
  const std::vector<std::complex<Real>> fast = RealTransform<Real>(size).forward(signal);
  const std::vector<std::complex<double>> slow = slow_spectrum(signal);
  double wrong = 0.0;
  double whole = 0.0;
  for (std::size_t k = 0; k < slow.size(); ++k) {
    wrong += std::norm(std::complex<double>(fast[k]) - slow[k]);
    whole += std::norm(slow[k]);
  }
  return std::sqrt(wrong / whole);
}

template <typename Real>
double difference_between_codes(std::size_t size) {
  const std::vector<Real> signal = noise<Real>(size);
  const RealTransform<Real> fastest(size);
  const RealTransform<Real> portable(size, TransformCode::kPortable);
  const std::vector<std::complex<Real>> one = fastest.forward(signal);
  const std::vector<std::complex<Real>> other = portable.forward(signal);
  const std::vector<Real> back = portable.inverse(one);
  double wrong = 0.0;
  double whole = 0.0;
  for (std::size_t k = 0; k < one.size(); ++k) {
    wrong += std::norm(std::complex<double>(one[k]) - std::complex<double>(other[k]));
    whole += std::norm(std::complex<double>(one[k]));
  }
  double lost = 0.0;
  for (std::size_t n = 0; n < size; ++n) lost = std::max(lost, static_cast<double>(std::abs(back[n] - signal[n])));
  return std::max(std::sqrt(wrong / whole), lost);
}

TEST(RealTransform, IsTheSameForEveryProcessor) {
  for (const std::size_t size : {4U, 30U, 1000U, 16000U, 37500U, 281250U}) {
    EXPECT_LT(difference_between_codes<double>(size), 1e-14) << size;
    EXPECT_LT(difference_between_codes<float>(size), 3e-6) << size;
  }
}

TEST(RealTransform, EqualsTheDefiningSumAtEverySmallSizeItTakes) {
  for (const std::size_t size : {4U, 6U, 8U, 10U, 12U, 16U, 18U, 20U, 30U, 54U, 90U, 128U, 250U, 486U, 1000U}) {
    EXPECT_LT(relative_error<double>(size), 1e-14) << size;
    EXPECT_LT(relative_error<float>(size), 2e-6) << size;
  }
}

// Long transforms are made of rows and columns: the defining sum at bins of every row and column.
TEST(RealTransform, EqualsTheDefiningSumAtBinsOfALongOne) {
  for (const std::size_t size : {65536U, 65610U * 2U, 262440U, 2U * 78125U}) {
    const std::vector<double> signal = noise<double>(size);
    const std::vector<std::complex<double>> fast = RealTransform<double>(size).forward(signal);
    const double whole = std::sqrt(static_cast<double>(size) / 3.0);  // rms of a bin
    for (std::size_t k = 0; k <= size / 2; k += size / 12 - 1) {
      std::complex<long double> sum = 0.0L;
      for (std::size_t n = 0; n < size; ++n) {
        const long double angle = -2.0L * std::numbers::pi_v<long double> * static_cast<long double>(k * n % size) /
                                  static_cast<long double>(size);
        sum += static_cast<long double>(signal[n]) * std::complex<long double>(std::cos(angle), std::sin(angle));
      }
      const std::complex<double> slow(static_cast<double>(sum.real()), static_cast<double>(sum.imag()));
      EXPECT_LT(std::abs(fast[k] - slow), 1e-14 * whole) << size << " bin " << k;
    }
  }
}

TEST(RealTransform, InverseGivesTheSignalBack) {
  for (const std::size_t size : {4U, 6U, 500U, 16384U, 262440U}) {
    const RealTransform<double> transform(size);
    const std::vector<double> signal = noise<double>(size);
    const std::vector<double> back = transform.inverse(transform.forward(signal));
    double largest = 0.0;
    for (std::size_t n = 0; n < size; ++n) largest = std::max(largest, std::abs(back[n] - signal[n]));
    EXPECT_LT(largest, 1e-14) << size;
  }
}

TEST(RealTransform, KeepsTheNyquistBinApart) {
  const RealTransform<double> transform(8);
  const std::vector<double> alternating = {1, -1, 1, -1, 1, -1, 1, -1};
  const std::vector<std::complex<double>> spectrum = transform.forward(alternating);
  ASSERT_EQ(spectrum.size(), 5U);
  EXPECT_NEAR(spectrum[4].real(), 8.0, 1e-12);
  EXPECT_EQ(spectrum[4].imag(), 0.0);
  EXPECT_NEAR(std::abs(spectrum[0]), 0.0, 1e-12);
}

TEST(RealTransform, PutsZerosBehindAShortSignal) {
  const RealTransform<double> transform(12);
  std::vector<double> padded = noise<double>(12);
  std::fill(padded.begin() + 7, padded.end(), 0.0);
  EXPECT_EQ(transform.forward(padded), transform.forward(std::span(padded).first(7)));
}

TEST(RealTransform, GivesTheSameBytesOnSeveralThreads) {
  const RealTransform<double> transform(9000);
  const std::vector<double> signal = noise<double>(9000);
  const std::vector<std::complex<double>> alone = transform.forward(signal);
  std::vector<std::vector<std::complex<double>>> results(4);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < results.size(); ++i)
      threads.emplace_back([&, i] { results[i] = transform.forward(signal); });
  }
  for (const std::vector<std::complex<double>>& result : results) EXPECT_EQ(result, alone);
}

TEST(RealTransform, RefusesASizeThatWouldTakeForEver) {
  EXPECT_THROW(RealTransform<double>(65537), Error);
  EXPECT_THROW(RealTransform<double>(14), Error);
  EXPECT_THROW(RealTransform<double>(15), Error);
  EXPECT_THROW(RealTransform<double>(0), Error);
  EXPECT_THROW((void)RealTransform<double>(8).forward(noise<double>(9)), Error);
}

TEST(FastTransformSize, IsEvenSmoothAndNotMuchAboveWhatIsAskedFor) {
  for (std::size_t least = 1; least < 700000; least = least * 5 / 4 + 1) {
    const std::size_t size = fast_transform_size(least);
    EXPECT_GE(size, least);
    EXPECT_LE(static_cast<double>(size), 1.3 * static_cast<double>(std::max<std::size_t>(least, 16)));
    EXPECT_NO_THROW(RealTransform<float>{size});
  }
}

}  // namespace
}  // namespace headscore
