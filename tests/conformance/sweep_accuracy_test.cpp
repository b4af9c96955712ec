// What a measured sweep must be worth: a known chain, known nonlinearities, known clocks. docs/measuring.md has the
// figures.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <tuple>

#include "headscore/interpolation.hpp"
#include "headscore/smoothing.hpp"
#include "headscore/sweep_analysis.hpp"
#include "simulated_chain.hpp"

namespace headscore {
namespace {

using namespace simulated;

constexpr double kRate = 48000.0;
constexpr double kSilent = -300.0;

SweepParameters sweep(double start_hz = 10.0, double stop_hz = 22000.0, double length_s = 5.0,
                      SweepKind kind = SweepKind::kSynchronised, int repeats = 1) {
  SweepParameters::Fields fields;
  fields.kind = kind;
  fields.start_hz = start_hz;
  fields.stop_hz = stop_hz;
  fields.length_s = length_s;
  fields.level_dbfs = -12.0;
  fields.repeats = repeats;
  fields.silence_before_s = 0.3;
  fields.silence_after_s = 0.7;
  return SweepParameters(fields);
}

Eigen::ArrayXd recorded(const SweepParameters& parameters, double noise_dbfs, std::uint64_t seed = 7) {
  Eigen::ArrayXd y = delayed(filtered(sweep_clip(parameters).samples().col(0), headphone(kRate)), 137, 0);
  return y + noise(y.size(), noise_dbfs, seed);
}

double largest_error_db(const ChannelAnalysis& analysis, const Band& band, double rate = kRate) {
  const Eigen::ArrayXd& f = analysis.response.frequency_hz();
  const Eigen::ArrayXd level = analysis.response.magnitude_db();
  double largest = 0.0;
  for (Eigen::Index i = 0; i < f.size(); ++i) {
    if (f[i] < band.start_hz || f[i] > band.stop_hz) continue;
    largest =
        std::max(largest, std::abs(level[i] - 20.0 * std::log10(std::abs(response(headphone(rate), f[i], rate)))));
  }
  return largest;
}

ChannelAnalysis analysed(const SweepParameters& parameters, const Eigen::ArrayXd& recording) {
  return SweepAnalyser(parameters, kRate, recording.size()).analysed(recording, 1);
}

TEST(SweptResponse, IsAsExactAsItsNoiseAllowsFrom20HzTo20kHz) {
  struct Limit {
    double noise_dbfs, error_db;
  };
  for (const Limit& limit :
       {Limit{kSilent, 0.004}, Limit{-90.0, 0.005}, Limit{-60.0, 0.05}, Limit{-50.0, 0.05}, Limit{-40.0, 0.1}}) {
    for (const std::uint64_t seed : {7U, 8U}) {
      EXPECT_LT(largest_error_db(analysed(sweep(), recorded(sweep(), limit.noise_dbfs, seed)), {20.0, 20000.0}),
                limit.error_db)
          << limit.noise_dbfs << " dBFS";
    }
  }
}

TEST(SweptResponse, HoldsForOtherSweepsAsFarAsTheyReach) {
  for (const SweepParameters& parameters :
       {sweep(5.0, 24000.0, 5.0, SweepKind::kExponential), sweep(20.0, 20000.0, 10.0, SweepKind::kExponential),
        sweep(20.0, 20000.0, 5.0)}) {
    const double stop_hz = std::min(20000.0, 0.98 * parameters.fields().stop_hz);
    EXPECT_LT(largest_error_db(analysed(parameters, recorded(parameters, -90.0)), {20.0, stop_hz}), 0.005);
    EXPECT_LT(largest_error_db(analysed(parameters, recorded(parameters, -60.0)), {20.0, stop_hz}), 0.05);
  }
}

TEST(SweptResponse, PhaseAndDelayAreTheChains) {
  const ChannelAnalysis analysis = analysed(sweep(), recorded(sweep(), -90.0));
  const Eigen::ArrayXd& f = analysis.response.frequency_hz();
  const Eigen::ArrayXd phase = analysis.response.phase_rad();
  // Time zero is the peak of the impulse response, a whole number of frames behind the chain's own.
  const double peak_s = analysis.start_s - (0.3 + 137.0 / kRate);
  EXPECT_LT(std::abs(peak_s), 0.0005);
  for (Eigen::Index i = 0; i < f.size(); ++i) {
    if (f[i] < 30.0 || f[i] > 18000.0) continue;
    const double wanted = std::arg(response(headphone(kRate), f[i], kRate)) + 2.0 * std::numbers::pi * f[i] * peak_s;
    EXPECT_NEAR(std::remainder(phase[i] - wanted, 2.0 * std::numbers::pi), 0.0, 0.003) << f[i];
  }
}

TEST(SweptResponse, NoiseInItIsWhatItsSignalToNoiseRatioSays) {
  double squares = 0.0;
  double told = 0.0;
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
    const ChannelAnalysis analysis = analysed(sweep(), recorded(sweep(), -50.0, seed));
    const Eigen::ArrayXd& f = analysis.response.frequency_hz();
    for (Eigen::Index i = 0; i < f.size(); ++i) {
      if (f[i] < 200.0 || f[i] > 18000.0) continue;
      const double error =
          analysis.response.magnitude_db()[i] - 20.0 * std::log10(std::abs(response(headphone(kRate), f[i], kRate)));
      squares += error * error;
      // A noise amplitude n re the response moves its level by 8.69 n / sqrt 2 dB rms.
      told += std::pow(8.686 * std::pow(10.0, -(*analysis.snr_db)[i] / 20.0), 2.0) / 2.0;
    }
  }
  EXPECT_NEAR(10.0 * std::log10(squares / told), 0.0, 2.0);
}

TEST(SweptResponse, RepeatsLowerTheNoise) {
  const SweepParameters four = sweep(10.0, 22000.0, 3.0, SweepKind::kSynchronised, 4);
  const SweepParameters one = sweep(10.0, 22000.0, 3.0);
  const ChannelAnalysis averaged = analysed(four, recorded(four, -50.0));
  const ChannelAnalysis single = analysed(one, recorded(one, -50.0));
  EXPECT_EQ(averaged.repeats, 4);
  EXPECT_NEAR((*averaged.snr_db - *single.snr_db).mean(), 6.0, 1.5);
  EXPECT_TRUE(averaged.warnings.empty());
}

TEST(SweptDistortion, FindsNoneInALinearChain) {
  for (const SweepParameters& parameters :
       {sweep(), sweep(20.0, 20000.0, 5.0), sweep(5.0, 24000.0, 5.0, SweepKind::kExponential),
        sweep(20.0, 20000.0, 1.5), sweep(20.0, 20000.0, 10.0, SweepKind::kExponential)}) {
    const ChannelAnalysis analysis = analysed(parameters, recorded(parameters, kSilent));
    for (const Harmonic& harmonic : analysis.distortion->columns().harmonics) {
      for (const double ratio : harmonic.level_ratio) {
        if (!std::isfinite(ratio)) continue;
        EXPECT_LT(20.0 * std::log10(ratio), -110.0) << "H" << harmonic.order;
      }
    }
    EXPECT_TRUE(analysis.distortion->noise_limited().all());
  }
}

/// x + a2 x^2 + ... + a5 x^5, and the amplitude of each harmonic of A sin(wt) behind it.
struct Polynomial {
  double a2, a3, a4, a5;

  [[nodiscard]] Eigen::ArrayXd operator()(const Eigen::ArrayXd& x) const {
    return x * (1.0 + x * (a2 + x * (a3 + x * (a4 + x * a5))));
  }
  [[nodiscard]] double harmonic(int order, double a) const {
    switch (order) {
      case 1:
        return a + 3.0 / 4.0 * a3 * std::pow(a, 3) + 5.0 / 8.0 * a5 * std::pow(a, 5);
      case 2:
        return a2 * a * a / 2.0 + a4 * std::pow(a, 4) / 2.0;
      case 3:
        return a3 * std::pow(a, 3) / 4.0 + 5.0 / 16.0 * a5 * std::pow(a, 5);
      case 4:
        return a4 * std::pow(a, 4) / 8.0;
      case 5:
        return a5 * std::pow(a, 5) / 16.0;
      default:
        return 0.0;
    }
  }
};

/// `before`, polynomial, `behind` at four times the rate, so that nothing folds back; each harmonic against the closed
/// form.
void expect_harmonics(const Polynomial& polynomial, const Sections& before, const Sections& behind, double length_s,
                      double lowest_hz) {
  constexpr double kFine = 4.0 * kRate;
  SweepParameters::Fields fields = sweep(10.0, 22000.0, length_s).fields();
  fields.level_dbfs = -6.0;
  const SweepParameters played(fields);
  fields.sample_rate_hz = kFine;
  const Eigen::ArrayXd fine =
      filtered(polynomial(filtered(sweep_clip(SweepParameters(fields)).samples().col(0), before)), behind);
  Eigen::ArrayXd y = at_rate(fine, 1, 4);
  y += noise(y.size(), -120.0, 3);
  const ChannelAnalysis analysis = analysed(played, y);
  const DistortionSpectrum::Columns& columns = analysis.distortion->columns();
  std::size_t compared = 0;
  for (const Harmonic& harmonic : columns.harmonics) {
    for (Eigen::Index i = 0; i < columns.frequency_hz.size(); ++i) {
      const double f = columns.frequency_hz[i];
      const double amplitude = played.amplitude() * std::abs(response(before, f, kFine));
      const double wanted_db =
          20.0 * std::log10(std::max(polynomial.harmonic(harmonic.order, amplitude), 1e-12) /
                            polynomial.harmonic(1, amplitude) *
                            std::abs(response(behind, harmonic.order * f, kFine) / response(behind, f, kFine)));
      // Where the filter lies before the nonlinearity, the program's own limit tells from where on 0.1 dB hold.
      if (f < std::max(lowest_hz, before.empty()
                                      ? 0.0
                                      : analysis.steady_from_hz.at(static_cast<std::size_t>(harmonic.order - 2))) ||
          !std::isfinite(harmonic.level_ratio[i]) || harmonic.order * f > 20000.0 || wanted_db < -100.0)
        continue;
      EXPECT_NEAR(20.0 * std::log10(harmonic.level_ratio[i]), wanted_db, wanted_db > -80.0 ? 0.1 : 0.5)
          << "H" << harmonic.order << " at " << f << " Hz, " << wanted_db << " dB";
      ++compared;
    }
  }
  EXPECT_GT(compared, 150U);
}

constexpr Polynomial kStrong{0.04, 0.02, 0.03, 0.04};
constexpr Polynomial kWeak{0.0004, 0.0002, 0.0003, 0.0004};
constexpr double kFineRate = 4.0 * kRate;

TEST(SweptDistortion, EqualsAMemorylessPolynomial) {
  expect_harmonics(kStrong, {}, {}, 5.0, 26.0);
  expect_harmonics(kWeak, {}, {}, 5.0, 26.0);
}

TEST(SweptDistortion, EqualsAPolynomialBeforeAFilter) {
  const Sections behind = {Section::high_pass(kFineRate, 15.0, 0.7), Section::bell(kFineRate, 3000.0, 10.0, 2.0),
                           Section::bell(kFineRate, 8000.0, -6.0, 4.0)};
  expect_harmonics(kStrong, {}, behind, 5.0, 26.0);
  expect_harmonics(kWeak, {}, behind, 5.0, 26.0);
}

// A filter before the nonlinearity is passed at the sweep's own speed: where its phase bends quickly (its high-pass
// below 50 Hz), the harmonic of order n errs by n - 1 times what the linear response would, which falls with the
// sweep's length. The program tells from where on each harmonic is free of that.
TEST(SweptDistortion, EqualsAPolynomialBehindAFilter) {
  const Sections before = {Section::high_pass(kFineRate, 15.0, 0.7), Section::bell(kFineRate, 100.0, 3.0, 0.8),
                           Section::bell(kFineRate, 3000.0, 6.0, 2.0)};
  expect_harmonics(kStrong, before, {}, 5.0, 26.0);
  expect_harmonics(kStrong, before, {}, 12.0, 26.0);
  expect_harmonics(kWeak, before, {}, 5.0, 26.0);
}

TEST(ClockDrift, OfAHundredPpmIsMendedToTheAccuracyOfTheNoise) {
  for (const double ppm : {100.0, -100.0, 500.0}) {
    for (const int repeats : {1, 3}) {
      const SweepParameters played = sweep(10.0, 22000.0, 5.0, SweepKind::kSynchronised, repeats);
      const double rate = kRate * (1.0 + 1e-6 * ppm);
      Eigen::ArrayXd y = delayed(filtered(recorded_sweeps(played, ppm), headphone(rate)), 137, 0);
      y += noise(y.size(), -60.0, 5);
      const ChannelAnalysis analysis = analysed(played, y);
      EXPECT_LT(largest_error_db(analysis, {20.0, 20000.0}, rate), 0.05) << ppm << " ppm, " << repeats;
      EXPECT_NEAR(analysis.drift.ppm, ppm, repeats > 1 ? 0.5 : 15.0);
      EXPECT_TRUE(analysis.drift.corrected);
      EXPECT_EQ(analysis.warnings.front().code, "clock-drift");
    }
  }
}

TEST(ClockDrift, IsNotSeenWhereThereIsNone) {
  for (const SweepParameters& played : {sweep(), sweep(20.0, 20000.0, 1.5), sweep(20.0, 20000.0, 10.0)}) {
    EXPECT_FALSE(analysed(played, recorded(played, -60.0)).drift.corrected);
  }
}

TEST(RecordingAtAnotherRate, IsDividedByTheSweepMadeAnewAtItsRate) {
  const SweepParameters played = sweep();
  SweepParameters::Fields fields = played.fields();
  fields.sample_rate_hz = 96000.0;
  const SweepParameters other(fields);
  Eigen::ArrayXd y = filtered(sweep_clip(other).samples().col(0), headphone(96000.0));
  const SweepAnalyser analyser(played, 96000.0, y.size());
  EXPECT_EQ(analyser.warnings().front().code, "sample-rate");
  EXPECT_LT(largest_error_db(analyser.analysed(y, 1), {20.0, 20000.0}, 96000.0), 0.005);
  // The same from the samples alone, resampled.
  const SweepAnalyser resampled(sweep_clip(played).samples().col(0), kRate, 96000.0, y.size());
  EXPECT_LT(largest_error_db(resampled.analysed(y, 1), {25.0, 20000.0}, 96000.0), 0.02);
}

/// Largest difference of shape from the response by the known sweep inside the band that is told, but `margin` of it.
double off_the_told_db(const ChannelAnalysis& blind, const Band& told, const ChannelAnalysis& exact, double margin) {
  const Curve a = exact.response.curve();
  const Curve b = blind.response.curve();
  const double shift = *level_at(a, 1000.0) - *level_at(b, 1000.0);
  double largest = 0.0;
  const double stop_hz = std::min(told.stop_hz, b.stop_hz()) / margin;
  for (double f = std::max(told.start_hz, b.start_hz()) * margin; f < stop_hz; f *= 1.02)
    largest = std::max(largest, std::abs(*level_at(b, f) + shift - *level_at(a, f)));
  return largest;
}

TEST(RecognisedSweep, GivesTheResponseThatTheKnownSweepGives) {
  for (const auto& [start_hz, stop_hz, length_s] :
       {std::tuple(20.0, 20000.0, 6.0), std::tuple(10.0, 22000.0, 5.0), std::tuple(20.0, 23000.0, 3.0)}) {
    const SweepParameters played = sweep(start_hz, stop_hz, length_s);
    for (const double noise_dbfs : {-90.0, -60.0}) {
      SCOPED_TRACE(std::to_string(start_hz) + " Hz, noise " + std::to_string(noise_dbfs));
      const Eigen::ArrayXd y = recorded(played, noise_dbfs);
      const SweepAnalyser recognising = SweepAnalyser::recognising(y, kRate);
      const ChannelAnalysis blind = recognising.analysed(y, 1);
      const ChannelAnalysis told = analysed(played, y);
      EXPECT_LT(off_the_told_db(blind, recognising.band(), told, 1.0), 0.35);
      EXPECT_LT(off_the_told_db(blind, recognising.band(), told, 1.4), 0.1);
      EXPECT_LT(recognising.band().start_hz, 2.5 * start_hz);
      EXPECT_GT(recognising.band().stop_hz, 0.85 * stop_hz);
      ASSERT_EQ(recognising.warnings().size(), 1U);
      EXPECT_EQ(recognising.warnings().front().code, "sweep-recognised");
    }
  }
}

TEST(RecognisedSweep, SaysNothingOfClockAndPolarityWhichItCannotKnow) {
  const SweepParameters played = sweep(20.0, 20000.0, 5.0);
  const Eigen::ArrayXd y = -recorded(played, -80.0);
  const ChannelAnalysis blind = SweepAnalyser::recognising(y, kRate).analysed(y, 1);
  EXPECT_FALSE(blind.inverted);
  EXPECT_FALSE(blind.drift.corrected);
  for (const Warning& warning : blind.warnings) {
    EXPECT_NE(warning.code, "inverted-polarity");
    EXPECT_NE(warning.code, "clock-drift");
  }
}

TEST(RecognisedSweep, IsFoundThroughARoomsReflections) {
  const SweepParameters played = sweep(20.0, 20000.0, 5.0);
  const Eigen::ArrayXd direct = recorded(played, -80.0);
  Eigen::ArrayXd y = direct;
  std::uint32_t random = 1;
  for (int i = 0; i < 400; ++i) {  // a decay of 0.3 s for 60 dB, about as loud as the direct sound
    random = random * 1664525U + 1013904223U;
    const Eigen::Index delay = 150 + static_cast<Eigen::Index>(random % 14400U);
    const double gain =
        0.12 * std::pow(10.0, -3.0 * static_cast<double>(delay) / 14400.0) * ((random >> 16U) % 2U == 0 ? 1.0 : -1.0);
    y.tail(y.size() - delay) += gain * direct.head(direct.size() - delay);
  }
  const SweepAnalyser recognising = SweepAnalyser::recognising(y, kRate);
  const ChannelAnalysis blind = recognising.analysed(y, 1);
  const ChannelAnalysis told = analysed(played, y);
  const Curve a = smoothed(told.response.curve(), {Smoothing::Kind::kFractionalOctave, 1.0, Smoothing::Domain::kPower});
  const Curve b =
      smoothed(blind.response.curve(), {Smoothing::Kind::kFractionalOctave, 1.0, Smoothing::Domain::kPower});
  const double shift = *level_at(a, 1000.0) - *level_at(b, 1000.0);
  for (const double f : {125.0, 250.0, 500.0, 2000.0, 4000.0, 8000.0})
    EXPECT_NEAR(*level_at(b, f) + shift, *level_at(a, f), 0.3) << f;
}

}  // namespace
}  // namespace headscore
