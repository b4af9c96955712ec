// Recordings of stepped and single tones: found, analysed, and turned into distortion over frequency.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "audio_files.hpp"
#include "headscore/sweep.hpp"
#include "headscore/tone_analysis.hpp"
#include "headscore/tones.hpp"
#include "tone_signals.hpp"

namespace headscore {
namespace {

using ::testing::HasSubstr;
using tests::biquad;
using tests::magnitude;
using tests::noise;
using tests::peaking;
using tests::polynomial;
using tests::polynomial_harmonics;
using tests::refusal;

const std::vector<double> kChain = {0.0, 1.0, 0.01, 0.02};

double db(double ratio) { return 20.0 * std::log10(ratio); }

ToneParameters::Fields stepped(std::vector<double> frequencies_hz, std::vector<double> levels_dbfs = {-6.0}) {
  ToneParameters::Fields fields;
  fields.tones.clear();
  for (const double level_dbfs : levels_dbfs) {
    for (const double frequency_hz : frequencies_hz) fields.tones.push_back({frequency_hz, level_dbfs});
  }
  fields.length_s = 0.9;
  fields.window_frames = 32768;
  fields.silence_before_s = 1.0;
  fields.silence_after_s = 0.3;
  return fields;
}

/// The signal as it comes back: `lead_s` late, its clock `ppm` slower, through a nonlinearity, a filter and noise.
Eigen::ArrayXd recorded(ToneParameters::Fields fields, double lead_s, double ppm, double noise_rms,
                        const std::array<double, 5>& filter) {
  const double stretch = 1.0 + ppm * 1e-6;
  fields.window_frames = 0;
  for (Tone& tone : fields.tones) tone.frequency_hz *= stretch;
  fields.length_s /= stretch;
  fields.fade_s /= stretch;
  fields.silence_before_s = fields.silence_before_s / stretch + lead_s;
  fields.silence_between_s /= stretch;
  const Eigen::ArrayXd played = tone_clip(ToneParameters(fields)).samples().col(0);
  return biquad(polynomial(played, kChain), filter) + noise(played.size(), noise_rms, 5);
}

constexpr std::array<double, 5> kStraight = {1.0, 0.0, 0.0, 0.0, 0.0};

TEST(ToneRecording, IsAlignedWithItsSidecarThroughDelayDriftFilterAndNoise) {
  const auto filter = peaking(48000.0, 3000.0, 12.0, 2.0);
  const ToneParameters parameters(stepped({40.0, 100.0, 315.0, 1000.0, 3150.0, 8000.0}));
  for (const double ppm : {0.0, 100.0, -300.0}) {
    for (const double lead_s : {0.0, 0.777, -0.4}) {
      SCOPED_TRACE(std::to_string(ppm) + " ppm, " + std::to_string(lead_s) + " s");
      const Eigen::ArrayXd samples = recorded(parameters.fields(), lead_s, ppm, 1e-5, filter);
      const ToneRecording recording = analysed_tones(samples, 48000.0, parameters);
      EXPECT_NEAR(static_cast<double>(recording.signal_frame), lead_s * 48000.0, 1000.0);
      EXPECT_NEAR(recording.clock_ppm.value(), ppm, 0.01);
      ASSERT_EQ(recording.tones.size(), 6U);
      EXPECT_TRUE(recording.warnings.empty());
      const std::vector<double> exact = polynomial_harmonics(kChain, std::pow(10.0, -6.0 / 20.0));
      for (const ToneAnalysis& tone : recording.tones) {
        const double f = tone.frequency_hz;
        EXPECT_NEAR(f / tone.nominal->frequency_hz, 1.0 + ppm * 1e-6, 3e-8);
        EXPECT_NEAR(tone.level_dbfs, db(exact[1] * magnitude(filter, 48000.0, f)), 0.001) << f;
        EXPECT_EQ(tone.coherent, ppm == 0.0) << f;
        double power = 0.0;
        for (const ToneHarmonic& harmonic : tone.harmonics) {
          const auto order = static_cast<std::size_t>(harmonic.order);
          if (order < exact.size())
            power += std::pow(exact[order] / exact[1] * magnitude(filter, 48000.0, f * harmonic.order) /
                                  magnitude(filter, 48000.0, f),
                              2.0);
        }
        EXPECT_NEAR(db(tone.thd.value().ratio), db(std::sqrt(power)), 0.01) << f;
      }
    }
  }
}

TEST(ToneRecording, OfOneFrequencyAtSeveralLevelsIsAlignedByTheirLevels) {
  for (const std::vector<double>& levels_dbfs :
       {std::vector<double>{-40.0, -20.0, -10.0, -3.0}, {-3.0, -40.0}, {-3.0, -20.0, -3.0}, {-6.0, -6.0, -6.0}}) {
    const ToneParameters parameters(stepped({1000.0}, levels_dbfs));
    for (const double lead_s : {0.0, 0.777, -0.4}) {
      const Eigen::ArrayXd samples = recorded(parameters.fields(), lead_s, 0.0, 1e-6, kStraight);
      const ToneRecording recording = analysed_tones(samples, 48000.0, parameters);
      EXPECT_NEAR(static_cast<double>(recording.signal_frame), lead_s * 48000.0, 1000.0);
      ASSERT_EQ(recording.tones.size(), levels_dbfs.size());
      for (std::size_t i = 0; i < levels_dbfs.size(); ++i) {
        const double played = std::pow(10.0, levels_dbfs[i] / 20.0);
        EXPECT_NEAR(recording.tones[i].level_dbfs, db(polynomial_harmonics(kChain, played)[1]), 0.001) << lead_s;
        EXPECT_TRUE(recording.tones[i].warnings.empty());
      }
    }
  }
}

TEST(ToneRecording, IsFoundWithoutASidecarAndReadsTheSame) {
  const ToneParameters parameters(stepped({40.0, 1000.0, 8000.0}, {-6.0, -20.0}));
  const Eigen::ArrayXd samples = recorded(parameters.fields(), 0.5, 0.0, 1e-5, kStraight);
  const ToneRecording told = analysed_tones(samples, 48000.0, parameters);
  const ToneRecording found = analysed_tones(samples, 48000.0, std::nullopt);
  ASSERT_EQ(found.tones.size(), told.tones.size());
  EXPECT_FALSE(found.clock_ppm);
  for (std::size_t i = 0; i < told.tones.size(); ++i) {
    EXPECT_NEAR(found.tones[i].frequency_hz, told.tones[i].frequency_hz, 1e-4);
    EXPECT_NEAR(found.tones[i].level_dbfs, told.tones[i].level_dbfs, 0.001);
    EXPECT_NEAR(db(found.tones[i].thd.value().ratio), db(told.tones[i].thd.value().ratio), 0.05);
  }
}

TEST(ToneRecording, AtAnotherRateIsPlacedBySeconds) {
  const ToneParameters played(stepped({100.0, 1000.0}));
  ToneParameters::Fields faster = played.fields();
  faster.sample_rate_hz = 96000.0;
  const Eigen::ArrayXd samples = tone_clip(ToneParameters([&] {
                                   faster.window_frames = 0;
                                   return faster;
                                 }()))
                                     .samples()
                                     .col(0);
  const ToneRecording recording = analysed_tones(samples, 96000.0, played);
  ASSERT_EQ(recording.tones.size(), 2U);
  EXPECT_NEAR(recording.tones[1].frequency_hz, played.fields().tones[1].frequency_hz, 1e-6);
}

TEST(ToneRecording, BecomesOneDistortionSpectrumALevelWithBoundsWhereNoiseLimits) {
  const ToneParameters parameters(stepped({1000.0, 100.0, 9000.0}, {-6.0, -50.0}));
  const Eigen::ArrayXd samples = recorded(parameters.fields(), 0.0, 0.0, 1e-4, kStraight);
  const ToneRecording recording = analysed_tones(samples, 48000.0, parameters);
  const std::vector<DistortionSpectrum> spectra = distortion_spectra(recording.tones, 114.0);
  ASSERT_EQ(spectra.size(), 2U);
  const auto& loud = spectra[0].columns();
  EXPECT_NEAR(loud.frequency_hz[0], 100.0, 1.5);
  EXPECT_NEAR(loud.frequency_hz[2], 9000.0, 1.5);
  EXPECT_NEAR(loud.level_spl_db.value(), 108.0, 0.2);
  EXPECT_EQ(loud.harmonics.size(), 8U);
  EXPECT_TRUE(std::isfinite(loud.harmonics[0].level_ratio[2]));
  EXPECT_TRUE(std::isnan(loud.harmonics[1].level_ratio[2]));  // H3 of 9 kHz
  EXPECT_FALSE(loud.thd_upper_bound);
  const auto& quiet = spectra[1].columns();
  EXPECT_NEAR(quiet.level_spl_db.value(), 64.0, 0.2);
  ASSERT_TRUE(quiet.harmonics[5].upper_bound);  // H7: nothing but noise
  EXPECT_GE((*quiet.harmonics[5].upper_bound)[1], quiet.harmonics[5].level_ratio[1]);
  EXPECT_EQ(distortion_spectra(recording.tones, std::nullopt, 94.0)[0].columns().level_spl_db, 94.0);
}

TEST(ToneRecording, RefusesWhatIsNotTheRecordingOfItsTones) {
  const ToneParameters parameters(stepped({100.0, 1000.0, 5000.0}));
  const Eigen::ArrayXd samples = recorded(parameters.fields(), 0.2, 0.0, 1e-5, kStraight);
  EXPECT_THAT(refusal([&] { (void)analysed_tones(noise(samples.size(), 0.1), 48000.0, parameters); }),
              HasSubstr("wrong-tones: found 0 of 3 tones"));
  EXPECT_THAT(refusal([&] { (void)analysed_tones(Eigen::ArrayXd::Zero(samples.size()), 48000.0, parameters); }),
              HasSubstr("wrong-tones"));
  EXPECT_THAT(refusal([&] { (void)analysed_tones(samples.head(100000), 48000.0, parameters); }),
              HasSubstr("truncated-recording: found 2.08333 s of recording"));
  EXPECT_THAT(refusal([&] { (void)analysed_tones(noise(48000, 0.1), 48000.0, std::nullopt); }), HasSubstr("no-tone"));
  EXPECT_THAT(refusal([&] { (void)analysed_tones(Eigen::ArrayXd::Zero(48000), 48000.0, std::nullopt); }),
              HasSubstr("no-tone"));
  EXPECT_THAT(refusal([&] { (void)analysed_tones(Eigen::ArrayXd::Zero(10), 48000.0, std::nullopt); }),
              HasSubstr("no-tone"));
}

}  // namespace
}  // namespace headscore
