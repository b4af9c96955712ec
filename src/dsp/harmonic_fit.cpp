#include "dsp/harmonic_fit.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>

namespace headscore {
namespace {

constexpr double kTwoPi = 2.0 * std::numbers::pi;
constexpr Eigen::Index kBlock = 1024;
constexpr int kMostIterations = 25;
constexpr double kConvergedRad = 1e-11;  ///< change of the phase at the ends of the samples

/// e^(j 2 pi turns m) for m = first, first + 1, ...
Eigen::ArrayXcd turning(double turns, double first, Eigen::Index count) {
  Eigen::ArrayXcd values(count);
  for (Eigen::Index i = 0; i < count; ++i) {
    const double t = turns * (first + static_cast<double>(i));
    values[i] = std::polar(1.0, kTwoPi * (t - std::round(t)));
  }
  return values;
}

/// Time runs from -centre to centre: offset, cosines and sines are then nearly orthogonal to the change of frequency.
double centre_of(Eigen::Index count) { return 0.5 * static_cast<double>(count - 1); }

/// Columns 1, cos, sin, cos, sin, ... and, when phasors are given, the slope with the frequency.
Eigen::MatrixXd columns(double turns, double first, Eigen::Index count, const std::vector<int>& orders,
                        const std::vector<std::complex<double>>* slope_of, double half_length) {
  const auto harmonics = static_cast<Eigen::Index>(orders.size());
  Eigen::MatrixXd matrix(count, 1 + 2 * harmonics + (slope_of != nullptr ? 1 : 0));
  matrix.col(0).setOnes();
  const Eigen::ArrayXcd base = turning(turns, first, count);
  Eigen::ArrayXcd power = base;
  Eigen::ArrayXd slope = Eigen::ArrayXd::Zero(count);
  int order = 1;
  for (Eigen::Index i = 0; i < harmonics; ++i) {
    for (; order < orders[static_cast<std::size_t>(i)]; ++order) power *= base;
    matrix.col(1 + 2 * i) = power.real();
    matrix.col(2 + 2 * i) = power.imag();
    if (slope_of != nullptr) {
      const std::complex<double> phasor = (*slope_of)[static_cast<std::size_t>(i)];
      slope += static_cast<double>(order) * (-phasor.real() * power.imag() - phasor.imag() * power.real());
    }
  }
  if (slope_of != nullptr) {
    for (Eigen::Index i = 0; i < count; ++i) slope[i] *= (first + static_cast<double>(i)) / half_length;
    matrix.col(matrix.cols() - 1) = slope;
  }
  return matrix;
}

Eigen::VectorXd solved(const Eigen::Ref<const Eigen::ArrayXd>& samples, const Eigen::ArrayXd& weights, double turns,
                       const std::vector<int>& orders, const std::vector<std::complex<double>>* slope_of) {
  const double centre = centre_of(samples.size());
  Eigen::MatrixXd gram;
  Eigen::VectorXd moments;
  for (Eigen::Index start = 0; start < samples.size(); start += kBlock) {
    const Eigen::Index count = std::min(kBlock, samples.size() - start);
    const Eigen::MatrixXd matrix = columns(turns, static_cast<double>(start) - centre, count, orders, slope_of, centre);
    const Eigen::MatrixXd weighted = weights.segment(start, count).matrix().asDiagonal() * matrix;
    if (start == 0) {
      gram = Eigen::MatrixXd::Zero(matrix.cols(), matrix.cols());
      moments = Eigen::VectorXd::Zero(matrix.cols());
    }
    gram.noalias() += weighted.transpose() * matrix;
    moments.noalias() += weighted.transpose() * samples.segment(start, count).matrix();
  }
  // Columns of very different size (the slope of a weak tone) are brought to length one first.
  const Eigen::VectorXd scale = gram.diagonal().cwiseMax(1e-300).cwiseSqrt().cwiseInverse();
  const Eigen::MatrixXd scaled = scale.asDiagonal() * gram * scale.asDiagonal();
  return scale.asDiagonal() * scaled.ldlt().solve(scale.asDiagonal() * moments);
}

std::vector<std::complex<double>> phasors_from(const Eigen::VectorXd& solution, std::size_t count) {
  std::vector<std::complex<double>> phasors(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto column = static_cast<Eigen::Index>(2 * i);
    phasors[i] = {solution[1 + column], -solution[2 + column]};  // Re(p e^jx) = Re p cos x - Im p sin x
  }
  return phasors;
}

}  // namespace

HarmonicFit harmonic_fit(const Eigen::Ref<const Eigen::ArrayXd>& samples, const Eigen::ArrayXd& weights, double turns,
                         const std::vector<int>& orders, bool refine) {
  const double centre = centre_of(samples.size());
  HarmonicFit fit;
  fit.orders = orders;
  fit.turns = turns;
  Eigen::VectorXd solution = solved(samples, weights, turns, orders, nullptr);
  fit.phasors = phasors_from(solution, orders.size());
  for (bool converged = !refine; !converged && fit.iterations < kMostIterations; ++fit.iterations) {
    solution = solved(samples, weights, fit.turns, orders, &fit.phasors);
    // The slope's coefficient is the change of 2 pi turns x centre; a step of more than a quarter of a turn leaves the
    // valley.
    const double step_rad = std::clamp(solution[solution.size() - 1], -std::numbers::pi / 2.0, std::numbers::pi / 2.0);
    fit.turns += step_rad / (kTwoPi * centre);
    fit.phasors = phasors_from(solution, orders.size());
    converged = std::abs(step_rad) < kConvergedRad;  // the slope has no part in the solution then
  }
  fit.offset = solution[0];
  for (std::size_t i = 0; i < orders.size(); ++i) {  // from the centre to the first sample
    const double t = fit.turns * orders[i] * centre;
    fit.phasors[i] *= std::polar(1.0, -kTwoPi * (t - std::round(t)));
  }
  return fit;
}

Eigen::ArrayXd residual(const Eigen::Ref<const Eigen::ArrayXd>& samples, const HarmonicFit& fit) {
  Eigen::VectorXd coefficients(1 + 2 * static_cast<Eigen::Index>(fit.orders.size()));
  coefficients[0] = fit.offset;
  for (std::size_t i = 0; i < fit.phasors.size(); ++i) {
    coefficients[1 + 2 * static_cast<Eigen::Index>(i)] = fit.phasors[i].real();
    coefficients[2 + 2 * static_cast<Eigen::Index>(i)] = -fit.phasors[i].imag();
  }
  Eigen::ArrayXd left(samples.size());
  for (Eigen::Index start = 0; start < samples.size(); start += kBlock) {
    const Eigen::Index count = std::min(kBlock, samples.size() - start);
    const Eigen::MatrixXd matrix = columns(fit.turns, static_cast<double>(start), count, fit.orders, nullptr, 1.0);
    left.segment(start, count) = samples.segment(start, count) - (matrix * coefficients).array();
  }
  return left;
}

}  // namespace headscore
