// Recordings that are sound but not as their sweep's file says, and chains that look like something else: the response
// stays right, or the recording is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "headscore/sweep_analysis.hpp"
#include "simulated_chain.hpp"

namespace headscore {
namespace {

using namespace simulated;
using testing::HasSubstr;

constexpr double kRate = 48000.0;

SweepParameters sweep(double start_hz, double stop_hz, double length_s) {
  SweepParameters::Fields fields;
  fields.start_hz = start_hz;
  fields.stop_hz = stop_hz;
  fields.length_s = length_s;
  fields.level_dbfs = -12.0;
  fields.silence_before_s = 0.5;
  fields.silence_after_s = 1.0;
  return SweepParameters(fields);
}

SweepParameters usual() { return sweep(10.0, 22000.0, 5.0); }

Eigen::ArrayXd recorded(const SweepParameters& played, const Sections& chain = headphone(kRate), double dbfs = -90.0) {
  const Eigen::ArrayXd y = filtered(sweep_clip(played).samples().col(0), chain);
  return y + noise(y.size(), dbfs, 3);
}

ChannelAnalysis analysed(const SweepParameters& played, const Eigen::ArrayXd& recording) {
  return SweepAnalyser(played, kRate, recording.size()).analysed(recording, 1);
}

bool has(const ChannelAnalysis& analysis, const std::string& code) {
  return std::any_of(analysis.warnings.begin(), analysis.warnings.end(),
                     [&](const Warning& warning) { return warning.code == code; });
}

/// Largest error of the level, dB, in a band.
double largest_error_db(const ChannelAnalysis& analysis, const Sections& chain, double played_db, double start_hz,
                        double stop_hz) {
  double largest = 0.0;
  const Eigen::ArrayXd& f = analysis.response.frequency_hz();
  for (Eigen::Index i = 0; i < f.size(); ++i) {
    if (f[i] < start_hz || f[i] > stop_hz) continue;
    const double exact_db = played_db + 20.0 * std::log10(std::abs(response(chain, f[i], kRate)));
    largest = std::max(largest, std::abs(analysis.level_db[i] - exact_db));
  }
  return largest;
}

std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

/// `count` copies of `one` with `gap_s` of silence behind each.
Eigen::ArrayXd several(const Eigen::ArrayXd& one, int count, double gap_s) {
  const auto period = one.size() + static_cast<Eigen::Index>(gap_s * kRate);
  Eigen::ArrayXd all = Eigen::ArrayXd::Zero(count * period);
  for (int i = 0; i < count; ++i) all.segment(i * period, one.size()) = one;
  return all;
}

Eigen::ArrayXd one_sweep(const SweepParameters& played) {
  const Eigen::ArrayXd clip = sweep_clip(played).samples().col(0);
  return clip.segment(played.first_frame(0), played.sweep_frames());
}

TEST(SweepOfAnotherLengthOrBand, IsRefused) {
  for (const auto& other : {sweep(10.0, 22000.0, 4.0), sweep(10.0, 22000.0, 6.0), sweep(10.0, 22000.0, 7.0),
                            sweep(20.0, 20000.0, 5.0), sweep(12.0, 22000.0, 8.0)}) {
    const Eigen::ArrayXd y = recorded(other);
    EXPECT_NE(refusal([&] { (void)analysed(usual(), y); }), "none") << other.fields().length_s;
  }
}

TEST(SweepFileWithRepeats, TellsHowManyAndHowFarApart) {
  for (const double gap_s : {1.0, 0.5, 0.0}) {
    for (const int count : {2, 4}) {
      const Eigen::ArrayXd played = several(one_sweep(usual()), count, gap_s);
      Eigen::ArrayXd y = Eigen::ArrayXd::Zero(played.size() + 72000);
      y.segment(24000, played.size()) = played;
      y = filtered(y, headphone(kRate)) + noise(y.size(), -90.0, 4);
      const ChannelAnalysis analysis = SweepAnalyser(played, kRate, kRate, y.size()).analysed(y, 1);
      EXPECT_EQ(analysis.repeats, count) << gap_s;
      EXPECT_FALSE(analysis.drift.corrected) << analysis.drift.ppm;
      EXPECT_LT(largest_error_db(analysis, headphone(kRate), -12.0, 20.0, 20000.0), 0.006) << count << ", " << gap_s;
    }
  }
}

TEST(SweepRecordedMoreOften, CountsOnceAndIsTold) {
  const Eigen::ArrayXd one = one_sweep(usual());
  const Eigen::ArrayXd played = several(one, 3, 1.0);
  Eigen::ArrayXd y = Eigen::ArrayXd::Zero(played.size() + 72000);
  y.segment(24000, played.size()) = played;
  y = filtered(y, headphone(kRate)) + noise(y.size(), -90.0, 4);
  const ChannelAnalysis by_file = SweepAnalyser(one, kRate, kRate, y.size()).analysed(y, 1);
  EXPECT_TRUE(has(by_file, "repeats-not-told"));
  EXPECT_LT(largest_error_db(by_file, headphone(kRate), -12.0, 20.0, 20000.0), 0.01);
  const ChannelAnalysis recognised = SweepAnalyser::recognising(y, kRate).analysed(y, 1);
  EXPECT_TRUE(has(recognised, "repeats-not-told"));
}

TEST(RecordingCutAtItsStart, IsDividedByWhatIsLeft) {
  const Eigen::ArrayXd whole = recorded(usual());
  for (const double lost_s : {0.05, 0.1}) {
    const auto lost = static_cast<Eigen::Index>((0.5 + lost_s) * kRate);
    const ChannelAnalysis analysis = analysed(usual(), whole.tail(whole.size() - lost));
    EXPECT_TRUE(has(analysis, "truncated-recording"));
    EXPECT_LT(largest_error_db(analysis, headphone(kRate), -12.0, 20.0, 30.0), 0.25) << lost_s;
    EXPECT_LT(largest_error_db(analysis, headphone(kRate), -12.0, 30.0, 20000.0), 0.02) << lost_s;
  }
}

TEST(RecordingCutAtItsEnd, IsDividedByWhatIsLeft) {
  const Eigen::ArrayXd whole = recorded(usual());
  const Eigen::Index end = usual().first_frame(0) + usual().sweep_frames();
  const ChannelAnalysis analysis = analysed(usual(), whole.head(end - static_cast<Eigen::Index>(0.04 * kRate)));
  EXPECT_TRUE(has(analysis, "truncated-recording"));
  EXPECT_LT(largest_error_db(analysis, headphone(kRate), -12.0, 20.0, 19500.0), 0.02);
}

TEST(ChainWithCrossovers, IsNoClock) {
  const auto all_pass = [](double hz, double q) {
    const Section low = Section::low_pass(kRate, hz, q);
    return Section{low.a2, low.a1, 1.0, low.a1, low.a2};
  };
  for (const Sections& chain : {Sections{all_pass(2000.0, 0.7)}, Sections{all_pass(2500.0, 0.5)},
                                Sections{all_pass(200.0, 0.7), all_pass(1000.0, 0.7), all_pass(3000.0, 2.0)}}) {
    for (const SweepParameters& played : {usual(), sweep(10.0, 22000.0, 2.73)}) {
      const ChannelAnalysis analysis = analysed(played, recorded(played, chain, -110.0));
      EXPECT_FALSE(analysis.drift.corrected) << analysis.drift.ppm;
    }
  }
  // A clock's slope is the same everywhere.
  const Eigen::ArrayXd fast = filtered(recorded_sweeps(usual(), -120.0), headphone(kRate));
  EXPECT_TRUE(analysed(usual(), fast + noise(fast.size(), -90.0, 5)).drift.corrected);
}

TEST(TalkInTheSilence, IsNoOtherSweep) {
  Eigen::ArrayXd y = recorded(usual());
  y.tail(static_cast<Eigen::Index>(0.8 * kRate)) += noise(static_cast<Eigen::Index>(0.8 * kRate), -26.0, 7);
  const ChannelAnalysis analysis = analysed(usual(), y);
  EXPECT_TRUE(has(analysis, "noise-beside-sweep"));
  EXPECT_LT(largest_error_db(analysis, headphone(kRate), -12.0, 20.0, 20000.0), 0.02);
}

TEST(HarmonicsUnderAFade, AreNotTold) {
  const Eigen::ArrayXd one = one_sweep(sweep(20.0, 20000.0, 5.0));
  Eigen::ArrayXd faded = one;
  const auto fade = static_cast<Eigen::Index>(0.2 * kRate);
  for (Eigen::Index i = 0; i < fade; ++i) {
    const double weight =
        0.5 - 0.5 * std::cos(std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(fade));
    faded[i] *= weight;
    faded[faded.size() - 1 - i] *= weight;
  }
  Eigen::ArrayXd y = Eigen::ArrayXd::Zero(faded.size() + 72000);
  y.segment(24000, faded.size()) = faded + 0.08 * faded.square() + 0.02 * faded.cube();
  y += noise(y.size(), -120.0, 9);
  const ChannelAnalysis analysis = SweepAnalyser(faded, kRate, kRate, y.size()).analysed(y, 1);
  const double amplitude = std::pow(10.0, -12.0 / 20.0);
  const DistortionSpectrum::Columns& columns = analysis.distortion->columns();
  for (const Harmonic& harmonic : columns.harmonics) {
    if (harmonic.order > 3) continue;
    const double exact = harmonic.order == 2 ? 0.08 * amplitude / 2.0 : 0.02 * amplitude * amplitude / 4.0;
    int rows = 0;
    for (Eigen::Index i = 0; i < harmonic.level_ratio.size(); ++i) {
      if (!std::isfinite(harmonic.level_ratio[i])) continue;
      ++rows;
      EXPECT_NEAR(20.0 * std::log10(harmonic.level_ratio[i] / exact), 0.0, 0.12)
          << "H" << harmonic.order << " at " << columns.frequency_hz[i];
    }
    EXPECT_GT(rows, 150);
  }
}

TEST(HumInALinearChain, IsWithinTheHarmonicsLimits) {
  Eigen::ArrayXd y = recorded(usual(), headphone(kRate), -110.0);
  for (Eigen::Index i = 0; i < y.size(); ++i) {
    const double turn = 2.0 * std::numbers::pi * 50.0 * static_cast<double>(i) / kRate;
    y[i] += 3e-4 * (std::sin(turn + 1.0) + 0.3 * std::sin(3.0 * turn + 2.0));
  }
  const ChannelAnalysis analysis = analysed(usual(), y);
  ASSERT_TRUE(has(analysis, "mains-hum"));
  int told = 0;
  int all = 0;
  for (const Harmonic& harmonic : analysis.distortion->columns().harmonics) {
    for (Eigen::Index i = 0; i < harmonic.level_ratio.size(); ++i) {
      if (!std::isfinite(harmonic.level_ratio[i])) continue;
      ++all;
      told += harmonic.level_ratio[i] > (*harmonic.noise_limit)[i] && harmonic.level_ratio[i] > 3e-6 ? 1 : 0;
    }
  }
  EXPECT_GT(all, 1000);
  EXPECT_LT(told, all / 200);
}

TEST(SweepFileThatOvershoots, IsAsLoudAsItsSine) {
  const Eigen::ArrayXd one = one_sweep(usual());
  Eigen::ArrayXd odd = one;
  odd[odd.size() / 2] *= 1.05;  // as resampling and a constant do
  odd += 0.005;
  const Eigen::ArrayXd y = recorded(usual());
  const ChannelAnalysis plain = SweepAnalyser(one, kRate, kRate, y.size()).analysed(y, 1);
  const ChannelAnalysis analysis = SweepAnalyser(odd, kRate, kRate, y.size()).analysed(y, 1);
  const Eigen::Index row = plain.level_db.size() / 2;
  EXPECT_NEAR(analysis.level_db[row], plain.level_db[row], 0.01);
  EXPECT_LT(largest_error_db(plain, headphone(kRate), -12.0, 20.0, 20000.0), 0.006);
}

TEST(ImpulseResponseWithNoise, IsWindowedAsARecordingIs) {
  Eigen::ArrayXd x = Eigen::ArrayXd::Zero(131072);
  x[4800] = 0.5;
  const Eigen::ArrayXd clean = filtered(x, headphone(kRate));
  const ChannelAnalysis noisy = impulse_analysed(clean + noise(x.size(), -100.0, 8), kRate, 1);
  ASSERT_TRUE(noisy.snr_db);
  EXPECT_LT(largest_error_db(noisy, headphone(kRate), 20.0 * std::log10(0.5), 20.0, 20000.0), 0.05);
  EXPECT_FALSE(impulse_analysed(clean, kRate, 1).snr_db) << "silence tells no noise";
  EXPECT_TRUE(has(impulse_analysed(clean + noise(x.size(), -60.0, 8), kRate, 1), "low-snr"));
  EXPECT_EQ(refusal([&] { (void)impulse_analysed(clean + noise(x.size(), -25.0, 8), kRate, 1); }), "low-snr");
}

TEST(QuietRecordingWithDither, IsMeasuredAsItIs) {
  Eigen::ArrayXd y = 0.004 * filtered(sweep_clip(usual()).samples().col(0), headphone(kRate));
  y = ((y + noise(y.size(), -98.0, 12)) * 32768.0).round() / 32768.0;
  const ChannelAnalysis analysis = analysed(usual(), y);
  EXPECT_FALSE(has(analysis, "noise-beside-sweep"));
  EXPECT_LT(largest_error_db(analysis, headphone(kRate), -12.0 + 20.0 * std::log10(0.004), 30.0, 10000.0), 0.4);
}

TEST(SweepFileWithAConstant, IsTheSweepAlone) {
  const Eigen::ArrayXd clip = sweep_clip(usual()).samples().col(0);
  const Eigen::ArrayXd y = recorded(usual());
  for (const double constant : {0.001, -0.1}) {
    const ChannelAnalysis analysis = SweepAnalyser(clip + constant, kRate, kRate, y.size()).analysed(y, 1);
    EXPECT_FALSE(has(analysis, "truncated-recording")) << constant;
    EXPECT_LT(largest_error_db(analysis, headphone(kRate), -12.0, 20.0, 20000.0), 0.01) << constant;
  }
}

TEST(SweepFileWithNoiseInItsSilence, IsTheSweepAlone) {
  const SweepParameters played = sweep(20.0, 20000.0, 5.0);
  const Eigen::ArrayXd clip = sweep_clip(played).samples().col(0);
  const Eigen::ArrayXd y = recorded(played);
  const Eigen::ArrayXd loopback = clip + noise(clip.size(), -70.0, 13);
  const SweepAnalyser analyser(loopback, kRate, kRate, y.size());
  EXPECT_NEAR(analyser.band().stop_hz, 0.98 * 20000.0, 200.0);
  const ChannelAnalysis analysis = analyser.analysed(y, 1);
  EXPECT_FALSE(has(analysis, "truncated-recording"));
  EXPECT_LT(largest_error_db(analysis, headphone(kRate), -12.0, 25.0, 19000.0), 0.03);
}

TEST(SweepRecordedMoreOften, HasNoFalseHarmonics) {
  const Eigen::ArrayXd one = one_sweep(usual());
  const Eigen::ArrayXd played = several(one, 4, 1.0);
  Eigen::ArrayXd y = Eigen::ArrayXd::Zero(played.size() + 72000);
  y.segment(24000, played.size()) = played;
  y = filtered(y, headphone(kRate)) + noise(y.size(), -90.0, 14);
  const ChannelAnalysis analysis = SweepAnalyser(one, kRate, kRate, y.size()).analysed(y, 1);
  int told = 0;
  for (const Harmonic& harmonic : analysis.distortion->columns().harmonics)
    told += static_cast<int>((harmonic.level_ratio > *harmonic.noise_limit).count());
  EXPECT_LE(told, 2);
}

TEST(DriverWithoutBass, HasNoJumpsWhereItIsSilent) {
  const Sections phone = {Section::high_pass(kRate, 1000.0, 0.54), Section::high_pass(kRate, 1000.0, 1.31),
                          Section::high_pass(kRate, 1000.0, 0.54), Section::high_pass(kRate, 1000.0, 1.31)};
  const ChannelAnalysis analysis = analysed(usual(), recorded(usual(), phone, -60.0));
  EXPECT_FALSE(has(analysis, "time-jump"));
  EXPECT_FALSE(has(analysis, "clock-drift"));
}

TEST(ClickDuringTheSweep, IsTold) {
  Eigen::ArrayXd y = recorded(usual());
  EXPECT_FALSE(has(analysed(usual(), y), "clicks"));
  const auto at = static_cast<Eigen::Index>((0.5 + 2.1) * kRate);  // near 250 Hz
  y.segment(at, 10) += 0.02;
  EXPECT_TRUE(has(analysed(usual(), y), "clicks"));
}

TEST(QuietRecordingOf16Bits, IsNotClipped) {
  Eigen::ArrayXd y = 0.004 * filtered(sweep_clip(usual()).samples().col(0), headphone(kRate));
  y = (y * 32768.0).round() / 32768.0;
  EXPECT_FALSE(has(analysed(usual(), y), "clipped"));
}

}  // namespace
}  // namespace headscore
