// Sweeps and tones as parameters and samples, and their sidecars.
#include "headscore/test_signal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <sstream>
#include <string>

#include "audio_files.hpp"
#include "headscore/signal_sidecar.hpp"
#include "headscore/sweep.hpp"
#include "headscore/tones.hpp"

namespace headscore {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using tests::refusal;

constexpr double kTwoPi = 2.0 * std::numbers::pi;

TEST(Sweep, ExponentialRunsFromStartToStopInItsLength) {
  const SweepParameters sweep({.kind = SweepKind::kExponential, .start_hz = 10.0, .stop_hz = 24000.0, .length_s = 3.0});
  EXPECT_NEAR(sweep.rate_constant_s(), 3.0 / std::log(2400.0), 1e-15);
  EXPECT_NEAR(sweep.frequency_hz(0.0), 10.0, 1e-12);
  EXPECT_NEAR(sweep.frequency_hz(3.0), 24000.0, 1e-8);
  EXPECT_NEAR(sweep.time_s(24000.0), 3.0, 1e-14);
  EXPECT_EQ(sweep.phase_rad(0.0), 0.0);
  EXPECT_THAT(sweep.adjustments(), IsEmpty());
  for (const double t : {0.1, 1.0, 2.5}) {  // the frequency is the phase's slope
    const double h = 1e-6;
    EXPECT_NEAR((sweep.phase_rad(t + h) - sweep.phase_rad(t - h)) / (2.0 * h) / kTwoPi / sweep.frequency_hz(t), 1.0,
                1e-6);
  }
}

TEST(Sweep, SynchronisedHarmonicsAreTheSweepItselfEarlier) {
  const SweepParameters sweep({.length_s = 5.0, .fade_in_s = 0.0, .fade_out_s = 0.0});
  const double turns = sweep.fields().start_hz * sweep.rate_constant_s();
  EXPECT_NEAR(turns, std::round(turns), 1e-9);
  ASSERT_EQ(sweep.adjustments().size(), 1U);
  EXPECT_THAT(sweep.adjustments()[0].message, HasSubstr("from 5 to "));
  EXPECT_NEAR(sweep.fields().length_s, 5.0, sweep.fields().start_hz > 0 ? 0.2 : 0.0);
  for (int order = 2; order <= 9; ++order) {
    for (const double t : {0.3, 1.7}) {
      const double early = sweep.rate_constant_s() * std::log(order);
      EXPECT_NEAR(std::remainder(order * sweep.phase_rad(t) - sweep.phase_rad(t + early), kTwoPi), 0.0, 1e-8);
    }
  }
  EXPECT_THAT(SweepParameters(sweep.fields()).adjustments(), IsEmpty());  // adjusted once, it stays
}

TEST(Sweep, SignalHoldsEveryRepeatInItsChannelAndSilenceElsewhere) {
  const SweepParameters sweep({.start_hz = 100.0,
                               .stop_hz = 5000.0,
                               .length_s = 0.2,
                               .level_dbfs = -12.0,
                               .repeats = 3,
                               .silence_before_s = 0.01,
                               .silence_between_s = 0.05,
                               .silence_after_s = 0.02,
                               .channel = 2,
                               .channels = 3});
  const AudioClip clip = sweep_clip(sweep);
  const Eigen::ArrayXd one = sweep_samples(sweep);
  ASSERT_EQ(clip.frames(), sweep.frames());
  ASSERT_EQ(one.size(), sweep.sweep_frames());
  EXPECT_EQ(sweep.frames(), 480 + 3 * one.size() + 2 * 2400 + 960);
  EXPECT_TRUE((clip.samples().col(0) == 0.0).all());
  EXPECT_TRUE((clip.samples().col(2) == 0.0).all());
  for (int repeat = 0; repeat < 3; ++repeat)
    EXPECT_TRUE((clip.samples().col(1).segment(sweep.first_frame(repeat), one.size()) == one).all());
  EXPECT_NEAR(clip.samples().col(1).square().sum(), 3.0 * one.square().sum(), 1e-9);
  EXPECT_NEAR(one.abs().maxCoeff(), std::pow(10.0, -12.0 / 20.0), 1e-3);
  EXPECT_EQ(one[0], 0.0);
  const SweepParameters everywhere({.length_s = 1.0, .channel = 0, .channels = 2});
  EXPECT_TRUE((sweep_clip(everywhere).samples().col(0) == sweep_clip(everywhere).samples().col(1)).all());
}

TEST(Sweep, RefusesParametersThatContradictThemselves) {
  const auto refused = [](const SweepParameters::Fields& fields) {
    return refusal([&] { (void)SweepParameters(fields); });
  };
  EXPECT_EQ(refused({.stop_hz = 24001.0}),
            "bad-sweep: found a stop of 24001 Hz, wanted at most the Nyquist frequency of 24000 Hz");
  EXPECT_EQ(refused({.start_hz = 200.0, .stop_hz = 100.0}),
            "bad-sweep: found a sweep from 200 to 100 Hz, wanted a stop above the start");
  EXPECT_EQ(refused({.level_dbfs = 0.5}),
            "bad-sweep: found a level of 0.5 dBFS, wanted at most 0 dBFS, which peaks at full scale");
  EXPECT_EQ(refused({.length_s = 1.0, .fade_in_s = 0.9, .fade_out_s = 0.2}),
            "bad-sweep: found fades of 1.1 s in a sweep of 1 s, wanted fades within the sweep");
  EXPECT_THAT(refused({.start_hz = 0.0}), HasSubstr("more than 0 Hz"));
  EXPECT_THAT(refused({.start_hz = std::nan("")}), HasSubstr("more than 0 Hz"));
  EXPECT_THAT(refused({.sample_rate_hz = 1000.0}), HasSubstr("a sample rate of 1000 Hz"));
  EXPECT_THAT(refused({.sample_rate_hz = 44100.5}), HasSubstr("a whole number"));
  EXPECT_THAT(refused({.length_s = 0.0}), HasSubstr("a length of 0 s"));
  EXPECT_THAT(refused({.length_s = 0.07}), HasSubstr("a synchronised sweep of 0.07 s"));
  EXPECT_THAT(refused({.repeats = 0}), HasSubstr("0 repeats, wanted 1 to 1000"));
  EXPECT_THAT(refused({.silence_before_s = -1.0}), HasSubstr("a silence before of -1 s"));
  EXPECT_THAT(refused({.channel = 3, .channels = 2}), HasSubstr("channel 3 of 2, wanted 1 to 2, or 0 for all"));
  EXPECT_THAT(refused({.channels = 65}), HasSubstr("65 channels"));
  EXPECT_THAT(refused({.length_s = 3000.0, .repeats = 1000}), HasSubstr("channels, wanted at most 268435456 samples"));
}

TEST(Tones, FrequenciesMoveToBinsOfTheWindow) {
  const ToneParameters tones(
      {.tones = {{1000.0, -6.0}, {0.1, -6.0}, {23999.9, -6.0}}, .length_s = 1.5, .window_frames = 65536});
  const double bin_hz = 48000.0 / 65536.0;
  EXPECT_EQ(tones.fields().tones[0].frequency_hz, 1365.0 * bin_hz);
  EXPECT_EQ(tones.fields().tones[1].frequency_hz, bin_hz);
  EXPECT_EQ(tones.fields().tones[2].frequency_hz,
            32763.0 * bin_hz);  // its second harmonic is away from the Nyquist frequency
  EXPECT_EQ(tones.adjustments().size(), 1U);
  const ToneParameters even({.tones = {{1366.4 * bin_hz, -6.0}, {1366.0 * bin_hz, -6.0}}});
  EXPECT_EQ(even.fields().tones[0].frequency_hz, 1367.0 * bin_hz);  // moved to an odd bin
  EXPECT_EQ(even.fields().tones[1].frequency_hz, 1366.0 * bin_hz);  // on a bin already
  EXPECT_THAT(ToneParameters(tones.fields()).adjustments(), IsEmpty());
  EXPECT_EQ(ToneParameters({.window_frames = 0}).fields().tones[0].frequency_hz, 1000.0);
}

TEST(Tones, NoAliasOfAHarmonicFallsOnAHarmonic) {
  ToneParameters::Fields fields;
  fields.tones.clear();
  for (const double f : stepped_frequencies(12.0, {20.0, 23000.0})) fields.tones.push_back({f, -6.0});
  const ToneParameters tones(fields);
  for (const Tone& tone : tones.fields().tones) {
    const double bin = tone.frequency_hz / 48000.0 * 65536.0;
    for (int alias = 2; alias <= 9; ++alias) {
      if (alias * bin < 32768.0) continue;
      const double at = std::abs(alias * bin - 65536.0 * std::round(alias * bin / 65536.0));
      for (int order = 1; order * bin < 32768.0 && order <= 9; ++order)
        EXPECT_GE(std::abs(at - order * bin), 7.9) << bin << " H" << alias << " H" << order;
    }
  }
}

TEST(Tones, RefuseParametersThatContradictThemselves) {
  const auto refused = [](const ToneParameters::Fields& fields) {
    return refusal([&] { (void)ToneParameters(fields); });
  };
  EXPECT_EQ(refused({.tones = {{24000.0, -6.0}}}),
            "bad-tones: found a tone of 24000 Hz, wanted more than 0 and below the Nyquist frequency of 24000 Hz");
  EXPECT_THAT(refused({.tones = {}}), HasSubstr("0 tones"));
  EXPECT_THAT(refused({.tones = {{1000.0, 1.0}}}), HasSubstr("a level of 1 dBFS"));
  EXPECT_THAT(refused({.length_s = 1.0}),
              HasSubstr("a window of 65536 frames, wanted at most the 47040 frames between a tone's fades"));
  EXPECT_THAT(refused({.length_s = 1.0, .fade_s = 0.6}), HasSubstr("fades within the tone"));
  EXPECT_THAT(refused({.window_frames = 100}), HasSubstr("a window of 100 frames"));
}

TEST(Tones, SignalHoldsEveryToneFromPhaseZeroInItsChannel) {
  const ToneParameters tones(
      {.tones = {{1000.0, -6.0}, {50.0, -20.0}}, .length_s = 0.5, .window_frames = 16384, .channel = 2, .channels = 2});
  const AudioClip clip = tone_clip(tones);
  ASSERT_EQ(clip.frames(), tones.frames());
  EXPECT_TRUE((clip.samples().col(0) == 0.0).all());
  for (std::size_t tone = 0; tone < 2; ++tone) {
    const Eigen::ArrayXd one = tone_samples(tones, tone);
    EXPECT_TRUE((clip.samples().col(1).segment(tones.first_frame(tone), one.size()) == one).all());
    const Tone& is = tones.fields().tones[tone];
    EXPECT_NEAR(one[10000],
                std::pow(10.0, is.level_dbfs / 20.0) * std::sin(kTwoPi * is.frequency_hz * 10000.0 / 48000.0), 1e-11);
    EXPECT_EQ(one[0], 0.0);
  }
}

TEST(Tones, StepsRunThroughOneKilohertz) {
  const std::vector<double> thirds = stepped_frequencies(3.0, {20.0, 20000.0});
  EXPECT_EQ(thirds.size(), 29U);
  EXPECT_NEAR(thirds.front(), 1000.0 * std::exp2(-16.0 / 3.0), 1e-9);
  EXPECT_EQ(std::count(thirds.begin(), thirds.end(), 1000.0), 1);
  EXPECT_EQ(stepped_frequencies(1.0, {125.0, 8000.0}).size(), 7U);
  EXPECT_THAT(refusal([] { (void)stepped_frequencies(1.0, {300.0, 400.0}); }), HasSubstr("a band without a step"));
  EXPECT_THAT(refusal([] { (void)stepped_frequencies(0.0, {}); }), HasSubstr("points per octave"));
  EXPECT_THAT(refusal([] { (void)stepped_frequencies(3.0, {200.0, 100.0}); }),
              HasSubstr("a stop at or above the start"));
}

std::string written(const TestSignal& signal) {
  std::ostringstream out;
  write_signal_sidecar(out, signal);
  return out.str();
}

TEST(SignalSidecar, GivesBackTheSameNumbersBitForBit) {
  const SweepParameters sweep({.kind = SweepKind::kSynchronised,
                               .sample_rate_hz = 96000.0,
                               .start_hz = 2.9296875,
                               .stop_hz = 48000.0,
                               .length_s = 6.15,
                               .level_dbfs = -0.1,
                               .fade_in_s = 0.1,
                               .fade_out_s = 1.0 / 3.0,
                               .repeats = 4,
                               .silence_before_s = 0.7,
                               .silence_between_s = 0.3,
                               .silence_after_s = 2.1,
                               .channel = 5,
                               .channels = 8});
  const TestSignal back = parsed_signal_sidecar(written(sweep), "x.json");
  const auto& fields = std::get<SweepParameters>(back).fields();
  EXPECT_EQ(fields.length_s, sweep.fields().length_s);
  EXPECT_EQ(fields.start_hz, 2.9296875);
  EXPECT_EQ(fields.fade_out_s, 1.0 / 3.0);
  EXPECT_EQ(fields.channels, 8);
  EXPECT_EQ(std::get<SweepParameters>(back).rate_constant_s(), sweep.rate_constant_s());
  EXPECT_THAT(std::get<SweepParameters>(back).adjustments(), IsEmpty());
  EXPECT_EQ(written(back), written(sweep));
  const ToneParameters tones({.tones = {{1000.0, -6.0}, {3150.0, -20.5}}});
  const TestSignal tones_back = parsed_signal_sidecar(written(tones), "x.json");
  EXPECT_EQ(std::get<ToneParameters>(tones_back).fields().tones, tones.fields().tones);
  EXPECT_EQ(written(tones_back), written(tones));
}

TEST(SignalSidecar, IsStrictAndTellsTheLine) {
  const std::string good = written(SweepParameters({.kind = SweepKind::kExponential}));
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return refusal([&] { (void)parsed_signal_sidecar(text, "x.json"); });
  };
  EXPECT_THAT(with("\"start_hz\"", "\"start\""), HasSubstr("x.json:1:1: found no key \"start_hz\""));
  EXPECT_THAT(with("\"repeats\": 1", "\"repeats\": 1,\n  \"repeat\": 2"),
              HasSubstr("x.json:12:3: found the key \"repeat\", wanted"));
  EXPECT_THAT(with("\"repeats\": 1", "\"repeats\": \"1\""),
              HasSubstr("x.json:11:3: found \"repeats\" that is none, wanted a whole number"));
  EXPECT_THAT(with("\"repeats\": 1", "\"repeats\": 99999999999999999999"), HasSubstr("whole number"));
  EXPECT_THAT(with("\"repeats\": 1", "\"repeats\": 1e999"), HasSubstr("bad-signal-sidecar"));
  EXPECT_THAT(with("\"headscore_signal\": 1", "\"headscore_signal\": 2"), HasSubstr("of version 2, wanted version 1"));
  EXPECT_THAT(with("exponential-sweep", "linear-sweep"), HasSubstr("found the kind \"linear-sweep\""));
  EXPECT_THAT(with("\"stop_hz\": 20000.0", "\"stop_hz\": 30000.0"),
              StartsWith("bad-sweep: x.json: found a stop of 30000 Hz"));
  EXPECT_THAT(with("exponential-sweep", "synchronised-sweep"),
              HasSubstr("bad-signal-sidecar: x.json: found parameters that are no such signal"));
  EXPECT_THAT(with("{", "["), HasSubstr("found text that is not JSON"));
  EXPECT_THAT(refusal([] { (void)parsed_signal_sidecar("[]", "x.json"); }), HasSubstr("JSON that is not an object"));
  EXPECT_THAT(refusal([] { (void)parsed_signal_sidecar("", "x.json"); }), HasSubstr("not JSON"));
}

class SidecarFile : public tests::WithFolder {};

TEST_F(SidecarFile, StandsBesideTheSoundUnderEitherName) {
  EXPECT_EQ(signal_sidecar_path("a/sweep.wav"), "a/sweep.wav.json");
  EXPECT_EQ(found_signal_sidecar(folder_ / "sweep.wav"), std::nullopt);
  write("sweep.json", written(SweepParameters({.repeats = 2})));
  EXPECT_EQ(found_signal_sidecar(folder_ / "sweep.wav"), folder_ / "sweep.json");
  write("sweep.wav.json", written(SweepParameters({.repeats = 3})));
  EXPECT_EQ(found_signal_sidecar(folder_ / "sweep.wav"), folder_ / "sweep.wav.json");
  EXPECT_EQ(std::get<SweepParameters>(read_signal_sidecar(folder_ / "sweep.wav.json")).fields().repeats, 3);
  EXPECT_THAT(refusal([&] { (void)read_signal_sidecar(folder_ / "no.json"); }), HasSubstr("no such file"));
}

}  // namespace
}  // namespace headscore
