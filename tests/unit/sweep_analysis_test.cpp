// Recordings with something wrong: each is told by its code, with the number behind it.
#include "headscore/sweep_analysis.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "simulated_chain.hpp"

namespace headscore {
namespace {

using namespace simulated;
using testing::HasSubstr;

constexpr double kRate = 48000.0;

SweepParameters sweep(int repeats = 1) {
  SweepParameters::Fields fields;
  fields.start_hz = 20.0;
  fields.stop_hz = 20000.0;
  fields.length_s = 2.0;
  fields.level_dbfs = -16.0;
  fields.repeats = repeats;
  fields.silence_before_s = 0.5;
  fields.silence_between_s = 0.5;
  fields.silence_after_s = 1.0;
  return SweepParameters(fields);
}

Eigen::ArrayXd recorded(int repeats = 1, double noise_dbfs = -90.0) {
  const Eigen::ArrayXd y = filtered(sweep_clip(sweep(repeats)).samples().col(0), headphone(kRate));
  return y + noise(y.size(), noise_dbfs, 11);
}

ChannelAnalysis analysed(const Eigen::ArrayXd& recording, int repeats = 1) {
  return SweepAnalyser(sweep(repeats), kRate, recording.size()).analysed(recording, 2);
}

bool has(const ChannelAnalysis& analysis, const std::string& code) {
  return std::any_of(analysis.warnings.begin(), analysis.warnings.end(),
                     [&](const Warning& warning) { return warning.code == code; });
}

void expect_refusal(const Eigen::ArrayXd& recording, const std::string& code, const std::string& number) {
  try {
    (void)analysed(recording);
    FAIL() << "wanted " << code;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_THAT(error.what(), HasSubstr("channel 2"));
    EXPECT_THAT(error.what(), HasSubstr(number));
  }
}

TEST(CleanRecording, HasNoWarning) {
  const ChannelAnalysis analysis = analysed(recorded());
  EXPECT_TRUE(analysis.warnings.empty()) << to_string(analysis.warnings.front());
  EXPECT_NEAR(analysis.start_s, 0.5, 0.0005);
  EXPECT_FALSE(analysis.inverted);
}

TEST(Recording, ThatIsSilentIsRefused) {
  expect_refusal(Eigen::ArrayXd::Constant(100000, 1e-6), "silent-channel", "dBFS");
}

TEST(Recording, OfNoiseIsRefused) { expect_refusal(noise(200000, -20.0, 3), "low-snr", "dB"); }

TEST(Recording, OfAnotherSweepIsRefused) {
  SweepParameters::Fields fields = sweep().fields();
  fields.length_s = 3.0;
  expect_refusal(sweep_clip(SweepParameters(fields)).samples().col(0), "wrong-sweep", "%");
}

TEST(Recording, WhoseLengthIsOffByAPercentIsRefusedForItsClock) {
  SweepParameters::Fields fields = sweep().fields();
  fields.kind = SweepKind::kExponential;
  fields.length_s = sweep().fields().length_s * 1.01;
  expect_refusal(sweep_clip(SweepParameters(fields)).samples().col(0), "clock-drift", "ppm");
}

TEST(Recording, CutAtItsEndIsRefused) {
  expect_refusal(recorded().head(static_cast<Eigen::Index>(2.2 * kRate)), "truncated-recording", "ends 0.3");
}

TEST(Recording, CutAtItsStartIsRefused) {
  const Eigen::ArrayXd whole = recorded();
  expect_refusal(whole.tail(whole.size() - static_cast<Eigen::Index>(0.9 * kRate)), "truncated-recording",
                 "starts 0.4");
}

TEST(Recording, UnderNoiseIsRefused) {
  expect_refusal(1e-3 * recorded(1, -300.0) + noise(recorded().size(), -40.0, 9), "low-snr", "dB");
}

TEST(Recording, ThatIsClippedIsTold) {
  EXPECT_TRUE(has(analysed((3.0 * recorded()).min(1.0).max(-1.0)), "clipped"));
  const double ceiling = 0.5 * recorded().abs().maxCoeff();
  EXPECT_TRUE(has(analysed(recorded().min(ceiling).max(-ceiling)), "clipped"));
}

/// As 16 bits hold it.
Eigen::ArrayXd quantised(const Eigen::ArrayXd& x) { return (x * 32768.0).round() / 32768.0; }

// What is left of a sweep on top of an overload is a train of pulses: as much in every harmonic as in the fundamental.
TEST(Recording, ThatIsHardlyMoreThanItsClippingIsRefused) {
  const Eigen::ArrayXd played = sweep_clip(sweep()).samples().col(0);
  const Eigen::ArrayXd pulses = (40.0 * played / played.abs().maxCoeff() + 39.0).min(1.0).max(-1.0);
  expect_refusal((played.abs() > 0.0).select(pulses, 0.0), "clipped", "%");
}

TEST(Recording, ClippedBelowFullScaleIsToldByWhatPilesUp) {
  const Eigen::ArrayXd x = 0.95 / recorded().abs().maxCoeff() * recorded(1, -80.0);
  EXPECT_FALSE(has(analysed(x), "clipped"));
  EXPECT_FALSE(has(analysed(quantised(x)), "clipped"));
  EXPECT_FALSE(has(analysed((x * 128.0).round() / 128.0), "clipped"));
  EXPECT_TRUE(has(analysed(quantised((1.3 * x).min(0.9).max(-0.9))), "clipped"));
  EXPECT_TRUE(has(analysed(quantised(x.min(0.7))), "clipped"));
  EXPECT_TRUE(has(analysed(quantised(x.max(-0.7))), "clipped"));
}

TEST(Recording, OfASweepTwiceIsToldAndCountsOnce) {
  const ChannelAnalysis analysis = analysed(recorded(2));
  ASSERT_TRUE(has(analysis, "repeats-not-told"));
  EXPECT_THAT(analysis.warnings.front().message, HasSubstr("2 times, the second 2.57 s"));
  EXPECT_LT((analysis.level_db - analysed(recorded()).level_db).abs().maxCoeff(), 0.01);
}

TEST(Recording, WithADropoutIsTold) {
  Eigen::ArrayXd y = recorded();
  y.segment(static_cast<Eigen::Index>(1.9 * kRate), 200).setZero();
  EXPECT_TRUE(has(analysed(y), "dropout"));
}

SweepParameters long_sweep() {
  SweepParameters::Fields fields = sweep().fields();
  fields.start_hz = 10.0;
  fields.stop_hz = 22000.0;
  fields.length_s = 5.0;
  fields.level_dbfs = -12.0;
  return SweepParameters(fields);
}

/// `x` without `frames` samples where the sweep passes `f`; a negative count doubles them.
Eigen::ArrayXd jumped(const Eigen::ArrayXd& x, const SweepParameters& played, double f, Eigen::Index frames) {
  const double at_s =
      played.fields().silence_before_s + played.rate_constant_s() * std::log(f / played.fields().start_hz);
  const auto cut = static_cast<Eigen::Index>(at_s * kRate);
  Eigen::ArrayXd y(x.size() - frames);
  if (frames > 0) {
    y << x.head(cut), x.tail(x.size() - cut - frames);
  } else {
    y << x.head(cut), x.segment(cut + frames, -frames), x.tail(x.size() - cut);
  }
  return y;
}

TEST(Recording, WithLostOrInsertedSamplesIsToldAtAnyFrequency) {
  const SweepParameters played = long_sweep();
  Eigen::ArrayXd y = filtered(sweep_clip(played).samples().col(0), headphone(kRate));
  y += noise(y.size(), -60.0, 5);
  struct Case {
    double frequency_hz;
    Eigen::Index frames;
  };
  for (const Case& lost :
       {Case{45.0, 32}, Case{60.0, 64}, Case{80.0, 16}, Case{120.0, -16}, Case{400.0, 16}, Case{1000.0, 64},
        Case{3100.0, -16}, Case{8700.0, 32}, Case{15000.0, 16}, Case{1000.0, 240}}) {
    const Eigen::ArrayXd shorter = jumped(y, played, lost.frequency_hz, lost.frames);
    const ChannelAnalysis analysis = SweepAnalyser(played, kRate, shorter.size()).analysed(shorter, 1);
    EXPECT_TRUE(has(analysis, "time-jump")) << lost.frames << " at " << lost.frequency_hz << " Hz";
    EXPECT_FALSE(analysis.drift.corrected);
  }
}

// Sharp resonances, a deep notch, an all-pass crossover and a fast clock bend the phase too: none of them is a jump.
TEST(Recording, OfWhatOnlyLooksLikeAJumpIsNotToldOfOne) {
  const SweepParameters played = long_sweep();
  const Sections sharp = {Section::high_pass(kRate, 20.0, 2.0),      Section::bell(kRate, 60.0, 12.0, 12.0),
                          Section::bell(kRate, 850.0, -25.0, 30.0),  Section::bell(kRate, 3000.0, 18.0, 30.0),
                          Section::bell(kRate, 8000.0, -30.0, 20.0), Section::bell(kRate, 11000.0, 15.0, 40.0)};
  const auto all_pass = [](double hz, double q) {
    const Section low = Section::low_pass(kRate, hz, q);
    return Section{low.a2, low.a1, 1.0, low.a1, low.a2};
  };
  const Sections crossover = {all_pass(120.0, 0.7), all_pass(900.0, 2.0), all_pass(5000.0, 5.0)};
  for (const double noise_dbfs : {-90.0, -50.0}) {
    for (const Sections& chain : {sharp, crossover, headphone(kRate)}) {
      for (const double ppm : {0.0, 100.0, -400.0}) {
        Eigen::ArrayXd y = filtered(recorded_sweeps(played, ppm), chain);
        y += noise(y.size(), noise_dbfs, 6);
        const ChannelAnalysis analysis = SweepAnalyser(played, kRate, y.size()).analysed(y, 1);
        EXPECT_FALSE(has(analysis, "time-jump")) << ppm << " ppm, " << noise_dbfs << " dBFS";
      }
    }
  }
}

TEST(Recording, AtAnotherRateThanItsHeaderSaysIsRefused) {
  const SweepParameters played = long_sweep();
  const Eigen::ArrayXd y = filtered(recorded_sweeps(played, 80000.0), headphone(kRate));
  EXPECT_THROW((void)SweepAnalyser(played, kRate, y.size()).analysed(y, 1), Error);
  const Eigen::ArrayXd fast = filtered(recorded_sweeps(played, -81250.0), headphone(kRate));
  EXPECT_THROW((void)SweepAnalyser(played, kRate, fast.size()).analysed(fast, 1), Error);
}

TEST(Recording, WithAnOffsetIsToldAndComparedWithoutIt) {
  const ChannelAnalysis plain = analysed(recorded());
  for (const double offset : {0.02, -0.1, 5e-4}) {
    const ChannelAnalysis raised = analysed(recorded() + offset);
    EXPECT_EQ(has(raised, "dc-offset"), std::abs(offset) > 1e-3) << offset;
    EXPECT_LT((raised.level_db - plain.level_db).abs().maxCoeff(), 0.002) << offset;
  }
}

TEST(Recording, WithHumIsTold) {
  Eigen::ArrayXd y = recorded();
  for (Eigen::Index i = 0; i < y.size(); ++i)
    y[i] += 0.002 * std::sin(2.0 * std::numbers::pi * 60.0 * static_cast<double>(i) / kRate);
  const ChannelAnalysis analysis = analysed(y);
  ASSERT_TRUE(has(analysis, "mains-hum"));
  EXPECT_THAT(analysis.warnings.front().message, HasSubstr("60 Hz"));
}

TEST(Recording, UpsideDownIsTold) {
  const ChannelAnalysis analysis = analysed(-recorded());
  EXPECT_TRUE(analysis.inverted);
  EXPECT_TRUE(has(analysis, "inverted-polarity"));
}

TEST(Recording, WithFewerRepeatsThanPlayedIsTold) {
  const Eigen::ArrayXd two = recorded(2);
  const ChannelAnalysis analysis = analysed(two, 3);
  EXPECT_EQ(analysis.repeats, 2);
  EXPECT_TRUE(has(analysis, "repeats-missing"));
}

TEST(Recording, ThatChangesBetweenRepeatsIsTold) {
  Eigen::ArrayXd y = recorded(2);
  const Eigen::Index half = sweep(2).first_frame(1) - 100;
  y.tail(y.size() - half) = filtered(y.tail(y.size() - half), {Section::bell(kRate, 4000.0, -8.0, 1.0)});
  EXPECT_TRUE(has(analysed(y, 2), "time-variance"));
}

TEST(RecognisedSweep, IsNotWhatIsNone) {
  EXPECT_THROW((void)SweepAnalyser::recognising(noise(100000, -20.0, 1), kRate), Error);
  EXPECT_THROW((void)SweepAnalyser::recognising(Eigen::ArrayXd::Zero(1000), kRate), Error);
  Eigen::ArrayXd tone(100000);
  for (Eigen::Index i = 0; i < tone.size(); ++i) tone[i] = std::sin(0.05 * static_cast<double>(i));
  EXPECT_THROW((void)SweepAnalyser::recognising(tone, kRate), Error);
}

TEST(Analyser, RefusesARecordingLongerThanItWasMadeFor) {
  const SweepAnalyser analyser(sweep(), kRate, 1000);
  EXPECT_THROW((void)analyser.analysed(recorded(), 1), Error);
}

TEST(ImpulseAnalysis, GivesTheResponseOfAFilter) {
  Eigen::ArrayXd x = Eigen::ArrayXd::Zero(48000);
  x[100] = 1.0;
  const ChannelAnalysis analysis = impulse_analysed(filtered(x, headphone(kRate)), kRate, 1);
  const Eigen::ArrayXd& f = analysis.response.frequency_hz();
  for (Eigen::Index i = 0; i < f.size(); ++i) {
    if (f[i] < 20.0 || f[i] > 20000.0) continue;
    EXPECT_NEAR(analysis.response.magnitude_db()[i],
                20.0 * std::log10(std::abs(response(headphone(kRate), f[i], kRate))), 0.01)
        << f[i];
  }
  EXPECT_FALSE(analysis.distortion.has_value());
  EXPECT_THROW((void)impulse_analysed(Eigen::ArrayXd::Zero(100), kRate, 1), Error);
}

TEST(FixedWindow, AndCyclesAreAppliedAsTold) {
  SweepAnalysisOptions options;
  options.window = {ImpulseWindow::Kind::kFixed, 0.005, 0.2, 0.0};
  const Eigen::ArrayXd y = recorded();
  const SweepAnalyser analyser(sweep(), kRate, y.size());
  for (const OctaveGate& gate : analyser.analysed(y, 1, options).gates) EXPECT_DOUBLE_EQ(gate.behind_s, 0.2);
  options.window = {ImpulseWindow::Kind::kCycles, 0.0, 0.0, 12.0};
  const std::vector<OctaveGate> gates = analyser.analysed(y, 1, options).gates;
  EXPECT_NEAR(gates.back().behind_s * std::sqrt(gates.back().band.start_hz * gates.back().band.stop_hz), 9.0, 1e-9);
}

}  // namespace
}  // namespace headscore
