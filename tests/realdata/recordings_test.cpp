// Real recordings of a sweep in a room: figures that their publisher states, and what they cannot show.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "headscore/reader.hpp"
#include "headscore/sound.hpp"
#include "shared_data.hpp"

namespace headscore {
namespace {

SoundOptions with_sweep(const std::filesystem::path& folder) {
  SoundOptions options;
  options.sweep = (folder / "sweep-6.15s-48000Hz-32bit-2.93Hz-24000Hz.wav").string();
  return options;
}

// The publisher's page: peak to noise 94.8 / 94.1 dB and "RT30" 170.8 / 168.8 ms. That RT30 is the time in which the
// level falls by 30 dB; ISO 3382-1 states the time for 60 dB, twice as long.
TEST(BinauralRecording, HasThePublishersPeakToNoiseAndDecay) {
  HEADSCORE_SHARED_FOLDER_OR_SKIP(shared);
  const std::filesystem::path folder = shared / "recordings";
  const SoundAnalysis analysis = SoundReader(with_sweep(folder)).analysed(folder / "FC.wav", 2);
  ASSERT_EQ(analysis.channels.size(), 2U);
  EXPECT_NEAR(analysis.channels[0].peak_to_noise_db, 94.8, 1.0);
  EXPECT_NEAR(analysis.channels[1].peak_to_noise_db, 94.1, 1.0);
  EXPECT_NEAR(0.5 * analysis.channels[0].rt30_s.value_or(0.0), 0.1708, 0.002);
  EXPECT_NEAR(0.5 * analysis.channels[1].rt30_s.value_or(0.0), 0.1688, 0.002);
  for (const ChannelAnalysis& channel : analysis.channels) {
    EXPECT_FALSE(channel.drift.corrected);  // a room's excess delay tells no clock
    EXPECT_NEAR(channel.start_s, 2.511, 0.001);
    Eigen::Index at_1k = 0;
    (channel.response.frequency_hz() - 1000.0).abs().minCoeff(&at_1k);
    EXPECT_GT((*channel.snr_db)[at_1k], 35.0);
  }
}

TEST(RoomRecording, IsCalibratedByItsMicrophonesFile) {
  HEADSCORE_SHARED_FOLDER_OR_SKIP(shared);
  const std::filesystem::path folder = shared / "recordings";
  SoundOptions options = with_sweep(folder);
  const SoundAnalysis plain = SoundReader(options).analysed(folder / "room-FC-left.wav");
  options.microphone = read_measurement(folder / "room-mic-calibration.txt").response();
  const SoundAnalysis calibrated = SoundReader(options).analysed(folder / "room-FC-left.wav");
  const Eigen::ArrayXd& f = plain.channels[0].response.frequency_hz();
  Eigen::Index low = 0;
  (f - 10.054).abs().minCoeff(&low);
  EXPECT_NEAR(calibrated.channels[0].level_db[low] - plain.channels[0].level_db[low], 3.9156, 0.1);
  EXPECT_EQ(calibrated.channels[0].warnings.back().code, "calibrated");
  EXPECT_EQ(calibrated.sides[0], Channel::kLeft);
}

}  // namespace
}  // namespace headscore
