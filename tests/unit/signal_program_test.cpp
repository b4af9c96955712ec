// `headscore sweep` and `headscore tones` as a user meets them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "audio_files.hpp"
#include "headscore/audio.hpp"
#include "headscore/measurement.hpp"
#include "headscore/reader.hpp"
#include "headscore/signal_sidecar.hpp"
#include "headscore/sweep.hpp"
#include "headscore/tones.hpp"
#include "program.hpp"
#include "tone_signals.hpp"

namespace headscore {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using tests::Ran;
using tests::run;

class SignalProgram : public tests::WithFolder {
 protected:
  [[nodiscard]] std::string at(const std::string& name) const { return "'" + (folder_ / name).string() + "'"; }
};

TEST_F(SignalProgram, SweepIsWrittenAsAskedForWithItsSidecar) {
  const Ran result = run("sweep generate " + at("s.flac") +
                         " --kind exponential --start 10 --stop 22000 --length 1.5 --level=-12 --repeats 2 --channels "
                         "3 --channel 2 --samples 16 --rate 44100 --fade-in 0.1 --fade-out 0.02 --silence-before 0.25 "
                         "--silence-between 0.5 --silence-after 0.75 --dither none");
  ASSERT_EQ(result.status, 0) << result.text;
  const AudioClip clip = read_audio(folder_ / "s.flac");
  EXPECT_EQ(clip.fields().format, (AudioFormat{AudioContainer::kFlac, SampleFormat::kInt16}));
  EXPECT_EQ(clip.channels(), 3);
  const TestSignal signal = read_signal_sidecar(folder_ / "s.flac.json");
  const auto& parameters = std::get<SweepParameters>(signal);
  EXPECT_EQ(parameters.fields().fade_in_s, 0.1);
  ASSERT_EQ(clip.frames(), parameters.frames());
  const Eigen::ArrayXXd error = clip.samples() - sweep_clip(parameters).samples();
  EXPECT_LE(error.abs().maxCoeff(), 0.5 / 32768.0 + 1e-12);
}

TEST_F(SignalProgram, SweepIsScoredAsRecordedAndNotOverLostSamples) {
  ASSERT_EQ(run("sweep generate " + at("s.wav") +
                " --start 10 --stop 22000 --length 2 --silence-before 0.5 --silence-after 0.5")
                .status,
            0);
  const AudioClip played = read_audio(folder_ / "s.wav");
  const Eigen::ArrayXXd all = played.samples();
  write_audio(folder_ / "whole.wav", AudioClip(AudioClip::Fields{played.sample_rate_hz(), all}));
  Eigen::ArrayXXd shorter(all.rows() - 256, 1);
  const Eigen::Index kept = all.rows() * 3 / 5;
  shorter << all.topRows(kept), all.bottomRows(all.rows() - kept - 256);
  write_audio(folder_ / "lost.wav", AudioClip(AudioClip::Fields{played.sample_rate_hz(), shorter}));
  const std::string options = " --sweep " + at("s.wav") + " --form over-ear --intervals 0 --target flat";
  const Ran whole = run("score " + at("whole.wav") + options);
  EXPECT_EQ(whole.status, 0) << whole.text;
  EXPECT_THAT(whole.text, HasSubstr("Preference"));
  const Ran lost = run("score " + at("lost.wav") + options);
  EXPECT_EQ(lost.status, 3) << lost.text;
  EXPECT_THAT(lost.text, HasSubstr("time-jump"));
  const Ran measured = run("measure " + at("lost.wav") + " --sweep " + at("s.wav"));
  EXPECT_THAT(measured.text, HasSubstr("time-jump"));
  const Ran misnamed = run("measure " + at("whole.wav") + " --channels L,R --sweep " + at("s.wav"));
  EXPECT_NE(misnamed.status, 0);
  EXPECT_THAT(misnamed.text, HasSubstr("1 channels, wanted the 2 that --channels names"));
}

TEST_F(SignalProgram, TwoLevelsAreMeasuredSideBySide) {
  ASSERT_EQ(run("sweep generate " + at("s.wav") + " --length 1 --silence-before 0.4 --silence-after 0.4").status, 0);
  const AudioClip played = read_audio(folder_ / "s.wav");
  for (const auto& [name, gain] : {std::pair{"soft.wav", 0.1}, std::pair{"loud.wav", 0.31623}}) {
    const Eigen::ArrayXXd x = gain * played.samples();
    write_audio(folder_ / name, AudioClip(AudioClip::Fields{played.sample_rate_hz(), x + 0.02 * x * x}));
  }
  const Ran result =
      run("measure " + at("soft.wav") + " " + at("loud.wav") + " --sweep " + at("s.wav") + " --full-scale-spl 126");
  EXPECT_EQ(result.status, 0) << result.text;
  EXPECT_THAT(result.text, HasSubstr("THD side by side, by level at 1 kHz"));
  EXPECT_THAT(result.text, HasSubstr("dB SPL"));
  const Ran missing = run("measure " + at("none.wav") + " --sweep " + at("s.wav"));
  EXPECT_EQ(missing.status, 3);
  EXPECT_THAT(missing.text, HasSubstr("none.wav"));
  const Ran usage = run("measure " + at("soft.wav") + " --window nonsense --sweep " + at("s.wav"));
  EXPECT_EQ(usage.status, 2);
  EXPECT_THAT(usage.text, HasSubstr("wanted auto, BEFORE_MS,BEHIND_MS or cycles:N"));
  const Ran one = run("measure " + at("soft.wav") + " " + at("none.wav") + " --sweep " + at("s.wav"));
  EXPECT_EQ(one.status, 1);
}

TEST_F(SignalProgram, EverySampleFormatAndContainerIsWritten) {
  for (const std::string samples : {"16", "24", "32", "float", "double"}) {
    for (const std::string container : {"wav", "wavex", "rf64", "w64", "aiff", "flac"}) {
      if (container == "flac" && samples != "16" && samples != "24") continue;
      const Ran result =
          run("sweep generate " + at("x") + " --length 0.5 --samples " + samples + " --container " + container);
      ASSERT_EQ(result.status, 0) << result.text;
      const AudioFormat format = *read_audio(folder_ / "x").fields().format;
      EXPECT_EQ(to_string(format.container), container);
      EXPECT_EQ(to_string(format.samples), samples);
    }
  }
}

TEST_F(SignalProgram, TonesAreWrittenAndAnalysed) {
  ASSERT_EQ(run("tones generate " + at("t.wav") +
                " --frequency 100,1000 --level=-6,-26 --length 1 --window 32768 --samples float")
                .status,
            0);
  AudioClip clip = read_audio(folder_ / "t.wav");
  const Eigen::ArrayXd heard =
      tests::polynomial(clip.samples().col(0), {0.0, 0.5, 0.02}) + tests::noise(clip.frames(), 1e-5);
  write_audio(folder_ / "rec.wav", AudioClip({.sample_rate_hz = 48000.0, .samples = heard}),
              {AudioContainer::kWav, SampleFormat::kFloat32});
  for (const std::string& tones : {at("t.wav"), at("t.wav.json")}) {
    const Ran result = run("tones analyse " + at("rec.wav") + " --format json --full-scale-spl 120 --tones " + tones);
    ASSERT_EQ(result.status, 0) << result.text;
    const auto document = nlohmann::json::parse(result.text);
    const auto& channel = document["files"][0]["channels"][0];
    ASSERT_EQ(channel["tones"].size(), 4U);
    const auto& tone = channel["tones"][1];
    EXPECT_NEAR(tone["frequency_hz"].get<double>(), 1000.0, 2.0);
    EXPECT_NEAR(tone["level_spl_db"].get<double>(), 120.0 - 12.02, 0.01);
    EXPECT_NEAR(tone["thd"]["db"].get<double>(), 20.0 * std::log10(0.02 * 0.50119 / 2.0 / 0.5), 0.01);
    EXPECT_FALSE(tone["thd"]["noise_limited"].get<bool>());
    EXPECT_TRUE(tone["harmonics"][3]["noise_limited"].get<bool>());
    EXPECT_NEAR(channel["clock_ppm"].get<double>(), 0.0, 0.01);
  }
  const Ran found = run("tones analyse " + at("rec.wav"));
  EXPECT_EQ(found.status, 0);
  EXPECT_THAT(found.text, HasSubstr("channel 1: 4 tones"));
}

TEST_F(SignalProgram, DistortionTextIsReadBack) {
  ASSERT_EQ(
      run("tones generate " + at("t.wav") + " --frequency 100,1000,9000 --level=-6,-26 --length 0.5 --window 16384")
          .status,
      0);
  const Ran without = run("tones analyse " + at("t.wav") + " --tones " + at("t.wav") + " --format rew");
  EXPECT_EQ(without.status, 2);
  EXPECT_THAT(without.text, HasSubstr("found 2 texts to write, wanted --output with a folder"));
  const Ran result = run("tones analyse " + at("t.wav") + " --tones " + at("t.wav") +
                         " --format rew --full-scale-spl 100 --output '" + folder_.string() + "'");
  ASSERT_EQ(result.status, 0) << result.text;
  const Measurement back = read_measurement(folder_ / "t level 1 distortion.txt");
  ASSERT_TRUE(back.distortion());
  EXPECT_EQ(back.distortion()->size(), 3);
  EXPECT_NEAR((*back.distortion()->columns().fundamental_db)[1], 94.0, 0.001);
  EXPECT_EQ(back.provenance().note, "94.0 dB SPL drive level");
  EXPECT_EQ(back.distortion()->columns().harmonics.size(), 8U);
}

TEST_F(SignalProgram, RefusesWhatContradictsItselfWithStatusTwo) {
  const std::string cases[][2] = {
      {"sweep generate", "found no file, wanted headscore sweep generate FILE"},
      {"sweep", "found nothing to do"},
      {"sweep make x.wav", "found \"make\""},
      {"sweep generate x.wav y.wav", "found \"y.wav\" behind the file"},
      {"sweep generate x.wav --stop 25000",
       "found a stop of 25000 Hz, wanted at most the Nyquist frequency of 24000 Hz"},
      {"sweep generate x.wav --level 1", "found a level of 1 dBFS, wanted at most 0 dBFS"},
      {"sweep generate x.wav --length 1 --fade-in 2", "wanted fades within the sweep"},
      {"sweep generate x.wav --kind linear", "wanted synchronised or exponential"},
      {"sweep generate x.wav --channel 2", "found channel 2 of 1"},
      {"sweep generate x.wav --samples 20", "--samples: found \"20\""},
      {"sweep generate x.wav --container mp3", "--container: found \"mp3\""},
      {"sweep generate x.flac --samples float", "wanted 16 or 24 bits in FLAC"},
      {"sweep generate x.flac --channels 9", "wanted at most 8"},
      {"sweep generate x.wav --samples float --dither triangular", "with floating-point samples"},
      {"sweep generate x.wav --sidecar x.wav", "--sidecar: found the file of the sound"},
      {"sweep generate x.wav --rate 100", "found a sample rate of 100 Hz"},
      {"tones", "wanted headscore tones generate or analyse"},
      {"tones generate x.wav", "found no frequencies"},
      {"tones generate x.wav --frequency 1000 --start 20", "wanted one of them"},
      {"tones generate x.wav --frequency 1000x", "wanted a number"},
      {"tones generate x.wav --frequency 24000", "below the Nyquist frequency of 24000 Hz"},
      {"tones generate x.wav --frequency 1000 --length 1", "found a window of 65536 frames"},
      {"tones generate x.wav --start 300 --stop 400 --per-octave 1", "found a band without a step"},
      {"tones analyse", "found no file"},
      {"tones analyse x.wav --orders 12", "--orders: wanted 2 to 9"},
      {"tones analyse x.wav --format csv", "wanted text, json or rew"},
      {"tones analyse x.wav --noise-stop 10", "wanted a stop above the start"},
      {"tones analyse x.wav --channel 99", "--channel: wanted 1 to 64"}};
  for (const auto& c : cases) {
    const Ran result = run(c[0]);
    EXPECT_EQ(result.status, 2) << c[0] << "\n" << result.text;
    EXPECT_THAT(result.text, HasSubstr(c[1])) << c[0];
    EXPECT_THAT(result.text, HasSubstr("wanted")) << c[0];
  }
  EXPECT_FALSE(std::filesystem::exists("x.wav"));
}

TEST_F(SignalProgram, TellsWhatIsWrongWithARecordingAndGoesOn) {
  ASSERT_EQ(run("tones generate " + at("t.wav") + " --frequency 1000 --length 0.5 --window 16384").status, 0);
  ASSERT_EQ(run("sweep generate " + at("s.wav") + " --length 0.5").status, 0);
  write("text.wav", "not sound");
  const Ran some = run("tones analyse " + at("text.wav") + " " + at("t.wav"));
  EXPECT_EQ(some.status, 1);
  EXPECT_THAT(some.text, HasSubstr("found a file that does not begin as sound does"));
  EXPECT_THAT(some.text, HasSubstr("1 tone"));
  const Ran sweep = run("tones analyse " + at("t.wav") + " --tones " + at("s.wav"));
  EXPECT_EQ(sweep.status, 3);
  EXPECT_THAT(sweep.text, HasSubstr("found a sweep, wanted tones"));
  const Ran none = run("tones analyse " + at("t.wav") + " --tones " + at("text.wav"));
  EXPECT_EQ(none.status, 3);
  EXPECT_THAT(none.text, HasSubstr("found text that is not JSON"));
  const Ran wrong = run("tones analyse " + at("s.wav") + " --tones " + at("t.wav"));
  EXPECT_EQ(wrong.status, 3);
  EXPECT_THAT(wrong.text, HasSubstr("wrong-tones"));
  std::filesystem::remove(folder_ / "t.wav.json");
  EXPECT_THAT(run("tones analyse " + at("t.wav") + " --tones " + at("t.wav")).text, HasSubstr("no sidecar beside it"));
  const Ran unwritable = run("sweep generate /no/such/folder/x.wav");
  EXPECT_EQ(unwritable.status, 3);
  EXPECT_THAT(unwritable.text, HasSubstr("cannot be written"));
  for (const auto& entry : std::filesystem::directory_iterator(folder_))
    EXPECT_THAT(entry.path().string(), Not(HasSubstr(".part")));
}

}  // namespace
}  // namespace headscore
