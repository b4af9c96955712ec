// Recordings through the pipeline: channels, sides, exports, and the messages where no sweep is told.
#include "headscore/sound.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "headscore/audio.hpp"
#include "headscore/interpolation.hpp"
#include "headscore/pipeline.hpp"
#include "headscore/policy_library.hpp"
#include "headscore/reader.hpp"
#include "headscore/signal_sidecar.hpp"
#include "headscore/sound_export.hpp"
#include "headscore/sweep.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kFolder = fs::path(HEADSCORE_SOURCE_DIR) / "data/sample/recordings";
const fs::path kRecording = kFolder / "Sample Recorded.flac";

const SoundAnalysis& sample() {
  static const SoundAnalysis analysis = SoundReader({}).analysed(kRecording);
  return analysis;
}

TEST(SampleRecording, GivesLeftAndRightByTheSidecarInItsFolder) {
  ASSERT_EQ(sample().channels.size(), 2U);
  EXPECT_EQ(sample().sides[0], Channel::kLeft);
  EXPECT_EQ(sample().sides[1], Channel::kRight);
  EXPECT_NEAR(*sample().drive_level_dbfs, -16.0, 1e-9);
  EXPECT_NEAR(sample().channels[0].drift.ppm, 120.0, 20.0);
}

// What the generator put in: 0.1 % of the second harmonic and 0.06 % of the third at 1 kHz, times the filter.
TEST(SampleRecording, HasTheDistortionThatItsGeneratorStates) {
  const ChannelAnalysis& left = sample().channels[0];
  const Curve level = left.response.curve();
  const DistortionSpectrum::Columns& columns = left.distortion->columns();
  for (const double wanted_hz : {60.0, 200.0, 500.0, 1000.0}) {
    Eigen::Index row = 0;
    (columns.frequency_hz.log() - std::log(wanted_hz)).abs().minCoeff(&row);
    const double f = columns.frequency_hz[row];
    const double bass = 1.0 + 80.0 / f;
    EXPECT_NEAR(20.0 * std::log10(columns.harmonics[0].level_ratio[row]),
                20.0 * std::log10(0.0010 * bass) + *level_at(level, 2.0 * f) - *level_at(level, f), 0.3)
        << f;
    EXPECT_NEAR(20.0 * std::log10(columns.harmonics[1].level_ratio[row]),
                20.0 * std::log10(0.0006 * bass) + *level_at(level, 3.0 * f) - *level_at(level, f), 0.4)
        << f;
  }
}

TEST(SampleRecording, IsScoredAsTextIs) {
  const SoundReader reader({});
  const std::vector<FileOutcome> files = read_files(found_files({kFolder}), {}, 2, &reader);
  ASSERT_EQ(files.size(), 2U);
  const std::vector<Product> products = grouped(files);
  ASSERT_EQ(products.size(), 1U);
  EXPECT_EQ(products[0].name, "Sample Recorded");
  ScoreOptions options;
  options.policy = bundled_policy("audioreview-2026");
  options.bootstrap_replicates = 0;
  const Outcome outcome = scored(products[0], options);
  EXPECT_FALSE(outcome.error.has_value());
  ASSERT_TRUE(outcome.scientific_validity.has_value());
  bool thd = false;
  for (const Term& term : outcome.scientific_validity->fields().terms) thd = thd || term.name == "thd";
  EXPECT_TRUE(thd);
}

TEST(ResponseText, IsReadBackByTheTextReader) {
  std::ostringstream out;
  write_response_text(out, sample(), 0);
  const Measurement read = parsed_measurement(out.str(), "Sample Recorded L.txt");
  EXPECT_EQ(read.provenance().dialect, "rew");
  ASSERT_EQ(read.response()->size(), sample().channels[0].level_db.size());
  EXPECT_LT((read.response()->magnitude_db() - sample().channels[0].level_db).abs().maxCoeff(), 1e-4);
  EXPECT_TRUE(read.fields().phase_rad.has_value());
}

TEST(DistortionText, IsReadBackByTheTextReader) {
  std::ostringstream out;
  write_distortion_text(out, sample(), 1);
  const Measurement read = parsed_measurement(out.str(), "Sample Recorded R distortion.txt");
  ASSERT_TRUE(read.distortion().has_value());
  const DistortionSpectrum& own = *sample().channels[1].distortion;
  ASSERT_EQ(read.distortion()->size(), own.size());
  EXPECT_LT((read.distortion()->thd_ratio() - own.thd_ratio()).abs().maxCoeff(), 1e-7);
  EXPECT_TRUE((read.distortion()->noise_limited() == own.noise_limited()).all());
  EXPECT_EQ(read.distortion()->columns().harmonics.size(), 8U);
}

TEST(AutoEqCsv, IsReadBackAtZeroDecibelsAtOneKilohertz) {
  std::ostringstream out;
  write_autoeq_csv(out, sample(), 0);
  const Measurement read = parsed_measurement(out.str(), "x.csv");
  EXPECT_NEAR(*level_at(*read.response(), 1000.0), 0.0, 0.011);
}

TEST(SoundJson, AndPicturesAreWritten) {
  std::ostringstream json;
  write_sound_json(json, {&sample(), 1});
  EXPECT_THAT(json.str(), HasSubstr("\"thd_noise_limit\""));
  EXPECT_THAT(json.str(), HasSubstr("\"steady_from_hz\": "));
  for (const auto write : {write_response_svg, write_distortion_svg, write_impulse_svg}) {
    std::ostringstream svg;
    write(svg, sample());
    EXPECT_THAT(svg.str(), HasSubstr("</svg>"));
    EXPECT_EQ(svg.str().find("nan"), std::string::npos);
  }
}

TEST(Summary, FitsEightyColumns) {
  std::ostringstream out;
  write_sound_summary(out, sample());
  std::istringstream lines(out.str());
  for (std::string line; std::getline(lines, line);) {
    if (line.find(HEADSCORE_SOURCE_DIR) != std::string::npos) continue;
    EXPECT_LE(line.size(), 80U) << line;
  }
}

TEST(SoundReader, NamesTheOptionWhereNoSweepIsTold) {
  const fs::path folder = fs::path(testing::TempDir()) / "headscore_no_sweep";
  fs::create_directories(folder);
  fs::copy_file(kRecording, folder / "X.flac", fs::copy_options::overwrite_existing);
  const SoundReader reader({});
  const std::vector<FileOutcome> files = read_files({folder / "X.flac"}, {}, 1, &reader);
  ASSERT_TRUE(files[0].error.has_value());
  EXPECT_EQ(files[0].error->code(), "no-sweep");
  EXPECT_THAT(files[0].error->what(), HasSubstr("--sweep"));
  const std::vector<FileOutcome> without = read_files({folder / "X.flac"}, {});
  EXPECT_THAT(without[0].error->what(), HasSubstr("--sweep"));
  fs::remove_all(folder);
}

/// A folder with a recording that was made from a sweep, and the sweep's sidecar.
class MadeRecording : public testing::Test {
 protected:
  MadeRecording()
      : folder_(fs::path(testing::TempDir()) / (std::string("headscore_made_recording_") +
                                                testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::create_directories(folder_);
    SweepParameters::Fields fields;
    fields.length_s = 1.0;
    fields.level_dbfs = -12.0;
    fields.silence_before_s = fields.silence_after_s = 0.4;
    sweep_ = SweepParameters(fields);
  }
  ~MadeRecording() override { fs::remove_all(folder_); }

  SoundAnalysis analysed(const std::vector<double>& gains, const SoundOptions& options = {},
                         const std::string& name = "X.wav") {
    std::ofstream sidecar(folder_ / "sweep.json");
    write_signal_sidecar(sidecar, *sweep_);
    sidecar.close();
    const Eigen::ArrayXd one = sweep_clip(*sweep_).samples().col(0);
    Eigen::ArrayXXd all(one.size(), static_cast<Eigen::Index>(gains.size()));
    for (std::size_t i = 0; i < gains.size(); ++i) all.col(static_cast<Eigen::Index>(i)) = gains[i] * one;
    write_audio(folder_ / name, AudioClip(AudioClip::Fields{48000.0, all}));
    return SoundReader(options).analysed(folder_ / name);
  }

  fs::path folder_;
  std::optional<SweepParameters> sweep_;
};

bool told(const std::vector<Warning>& warnings, const std::string& code) {
  return std::any_of(warnings.begin(), warnings.end(), [&](const Warning& warning) { return warning.code == code; });
}

TEST_F(MadeRecording, WithTheOtherSideLouderIsSuspectedOfASwap) {
  EXPECT_TRUE(told(analysed({0.1, 1.0}, {}, "X L.wav").warnings, "channel-swap"));
  EXPECT_FALSE(told(analysed({1.0, 0.1}, {}, "X L.wav").warnings, "channel-swap"));
}

TEST_F(MadeRecording, WithOneSideTurnedRoundIsTold) {
  EXPECT_TRUE(told(analysed({1.0, -1.0}).warnings, "polarity-differs"));
  EXPECT_FALSE(told(analysed({1.0, 1.0}).warnings, "polarity-differs"));
}

TEST_F(MadeRecording, OfSeveralChannelsIsReadFromItsLoudest) {
  const SoundAnalysis analysis = analysed({0.1, 0.2, 0.9, 0.1});
  EXPECT_TRUE(told(analysis.warnings, "channel-chosen"));
  ASSERT_EQ(analysis.channels.size(), 1U);
  EXPECT_EQ(analysis.channels[0].channel, 3);
}

// A microphone that reads 6 dB high at n f and right at f makes harmonics of f too loud by 6 dB.
TEST_F(MadeRecording, HasItsHarmonicsCalibratedWhereTheyAreHeard) {
  SoundOptions options;
  const SoundAnalysis plain = analysed({0.8});
  options.microphone = Curve((Eigen::ArrayXd(4) << 10.0, 1000.0, 1800.0, 20000.0).finished(),
                             (Eigen::ArrayXd(4) << 0.0, 0.0, 6.0, 6.0).finished());
  const SoundAnalysis calibrated = analysed({0.8}, options);
  const DistortionSpectrum::Columns& before = plain.channels[0].distortion->columns();
  const DistortionSpectrum::Columns& after = calibrated.channels[0].distortion->columns();
  Eigen::Index row = 0;
  (before.frequency_hz.log() - std::log(950.0)).abs().minCoeff(&row);
  EXPECT_NEAR(20.0 * std::log10(after.harmonics[0].level_ratio[row] / before.harmonics[0].level_ratio[row]), -6.0,
              0.01);
  EXPECT_NEAR(20.0 * std::log10((*after.harmonics[1].noise_limit)[row] / (*before.harmonics[1].noise_limit)[row]), -6.0,
              0.01);
  EXPECT_NEAR((*after.fundamental_db)[row], (*before.fundamental_db)[row], 0.01);
}

TEST_F(MadeRecording, GivesItsImpulseAsASoundFile) {
  const SoundAnalysis analysis = analysed({0.8});
  const fs::path file = folder_ / "impulse.wav";
  write_impulse_wav(file.string(), analysis, 0);
  const AudioClip clip = read_audio(file);
  ASSERT_EQ(clip.frames(), analysis.channels[0].impulse.samples().size());
  EXPECT_LT((clip.samples().col(0) - analysis.channels[0].impulse.samples()).abs().maxCoeff(), 1e-6);
  SoundOptions options;
  options.impulse = true;
  const SoundAnalysis again = SoundReader(options).analysed(file);
  const Curve wanted = analysis.channels[0].response.curve();
  const Curve found = again.channels[0].response.curve();
  for (const double f : {100.0, 1000.0, 10000.0}) EXPECT_NEAR(*level_at(found, f), *level_at(wanted, f), 0.05) << f;
}

TEST(DistortionText, KeepsTheDriveLevelOfItsNote) {
  const Measurement read = parsed_measurement(
      "* Measurement data measured by REW V5.20\n* Note: 94.0 dB SPL drive level\n* Freq(Hz)\tFundamental(dB)\tTHD(%)\n"
      "100.0\t90.0\t0.5\n1000.0\t91.0\t0.4\n5000.0\t91.0\t0.3\n",
      "x.txt");
  ASSERT_TRUE(read.provenance().level_spl_db.has_value());
  EXPECT_DOUBLE_EQ(*read.provenance().level_spl_db, 94.0);
  const Measurement second = parsed_measurement(
      "* Measurement data measured by REW V5.20\n* Note: left ear\n* Note: 90 dB SPL drive level\n"
      "* Freq(Hz)\tFundamental(dB)\tTHD(%)\n100.0\t90.0\t0.5\n1000.0\t91.0\t0.4\n5000.0\t91.0\t0.3\n",
      "x.txt");
  EXPECT_EQ(second.provenance().level_spl_db, 90.0);
}

TEST(Channels, AreThoseThatTheOptionNames) {
  SoundOptions options;
  options.channels = {Channel::kUnknown, Channel::kLeft};
  const SoundAnalysis analysis = SoundReader(options).analysed(kRecording);
  ASSERT_EQ(analysis.channels.size(), 1U);
  EXPECT_EQ(analysis.channels[0].channel, 2);
  EXPECT_EQ(analysis.sides[0], Channel::kLeft);
}

}  // namespace
}  // namespace headscore
