// Audio files: what is written is read back exactly, and every bad input has one message.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "audio_files.hpp"
#include "headscore/audio.hpp"

namespace headscore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using tests::chunk;
using tests::little;
using tests::refusal;
using tests::riff;
using tests::wav;
using tests::wav_format;

class AudioFile : public tests::WithFolder {};

/// Samples that a width of `bits` holds exactly, with both ends of its range.
Eigen::ArrayXXd exact_samples(Eigen::Index frames, Eigen::Index channels, int bits) {
  const double full_scale = std::ldexp(1.0, std::min(bits, 32) - 1);
  Eigen::ArrayXXd samples(frames, channels);
  std::uint32_t state = 12345;
  for (Eigen::Index channel = 0; channel < channels; ++channel) {
    for (Eigen::Index frame = 0; frame < frames; ++frame) {
      state = state * 1664525U + 1013904223U;
      samples(frame, channel) = std::floor((static_cast<double>(state) / 2147483648.0 - 1.0) * full_scale) / full_scale;
    }
  }
  samples(0, 0) = -1.0;
  samples(1, 0) = (full_scale - 1.0) / full_scale;
  return samples;
}

TEST_F(AudioFile, EveryContainerAndSampleFormatComesBackExactly) {
  int combinations = 0;
  for (const AudioContainer container : {AudioContainer::kWav, AudioContainer::kWavExtensible, AudioContainer::kRf64,
                                         AudioContainer::kW64, AudioContainer::kAiff, AudioContainer::kFlac}) {
    for (const SampleFormat samples : {SampleFormat::kInt8, SampleFormat::kInt16, SampleFormat::kInt24,
                                       SampleFormat::kInt32, SampleFormat::kFloat32, SampleFormat::kFloat64}) {
      if (container == AudioContainer::kFlac && samples != SampleFormat::kInt16 && samples != SampleFormat::kInt24)
        continue;
      if (container == AudioContainer::kAiff && samples == SampleFormat::kInt8) continue;
      for (const Eigen::Index channels : {1, 2, 3}) {
        SCOPED_TRACE(std::string(to_string(container)) + " " + std::string(to_string(samples)) + " " +
                     std::to_string(channels));
        const int width = samples == SampleFormat::kFloat32 ? 24 : bits(samples);
        const AudioClip clip({.sample_rate_hz = 44100.0, .samples = exact_samples(1001, channels, width)});
        const auto path = folder_ / "x.sound";
        write_audio(path, clip, {container, samples});
        const AudioInfo info = audio_info(path);
        EXPECT_EQ(info.frames, 1001U);
        EXPECT_EQ(info.channels, channels);
        const AudioClip back = read_audio(path);
        EXPECT_EQ(back.sample_rate_hz(), 44100.0);
        EXPECT_EQ(back.fields().format, (AudioFormat{container, samples}));
        ASSERT_EQ(back.samples().rows(), 1001);
        EXPECT_TRUE((back.samples() == clip.samples()).all());
        EXPECT_THAT(back.warnings(), IsEmpty());
        EXPECT_TRUE((parsed_audio(tests::file_bytes(path), "x").samples() == clip.samples()).all());
        EXPECT_TRUE(looks_like_audio(tests::file_bytes(path)));
        ++combinations;
      }
    }
  }
  EXPECT_EQ(combinations, (5 * 6 - 1 + 2) * 3);
}

TEST_F(AudioFile, RatesFromEightToSevenHundredSixtyEightKilohertzAndSixtyFourChannelsAreRead) {
  for (const double rate_hz : {8000.0, 11025.0, 44100.0, 48000.0, 96000.0, 192000.0, 384000.0, 768000.0}) {
    for (const AudioContainer container :
         {AudioContainer::kWav, AudioContainer::kW64, AudioContainer::kAiff, AudioContainer::kFlac}) {
      if (container == AudioContainer::kFlac && rate_hz > 655350.0) continue;
      const AudioClip clip({.sample_rate_hz = rate_hz, .samples = exact_samples(50, 1, 24)});
      write_audio(folder_ / "rate", clip, {container, SampleFormat::kInt24});
      EXPECT_EQ(read_audio(folder_ / "rate").sample_rate_hz(), rate_hz) << to_string(container);
    }
  }
  const AudioClip many({.sample_rate_hz = 48000.0, .samples = exact_samples(300, 64, 24)});
  for (const AudioContainer container : {AudioContainer::kWav, AudioContainer::kWavExtensible, AudioContainer::kRf64,
                                         AudioContainer::kW64, AudioContainer::kAiff}) {
    write_audio(folder_ / "many", many, {container, SampleFormat::kInt24});
    EXPECT_TRUE((read_audio(folder_ / "many").samples() == many.samples()).all()) << to_string(container);
    const AudioClip some = read_audio(folder_ / "many", {.channels = {64, 2}});
    EXPECT_THAT(some.fields().channel_numbers, ElementsAre(64, 2));
    EXPECT_TRUE((some.samples().col(0) == many.samples().col(63)).all());
    EXPECT_TRUE((some.samples().col(1) == many.samples().col(1)).all());
  }
}

TEST_F(AudioFile, BlocksAndFlacThatGrowsAreReadToTheLastFrame) {
  for (const AudioContainer container : {AudioContainer::kWav, AudioContainer::kFlac}) {
    const AudioClip clip({.sample_rate_hz = 48000.0, .samples = exact_samples(200001, 2, 16)});
    write_audio(folder_ / "long", clip, {container, SampleFormat::kInt16});
    EXPECT_TRUE((read_audio(folder_ / "long").samples() == clip.samples()).all()) << to_string(container);
  }
}

TEST_F(AudioFile, ChunksOfOddLengthArePaddedOrNot) {
  const std::string format = chunk("fmt ", wav_format(1, 1, 48000, 24));
  const std::string sound = little(0x000100, 3) + little(0x7FFFFF, 3) + little(0x800000, 3);  // nine bytes
  for (const bool padded : {true, false}) {
    SCOPED_TRACE(padded);
    const std::string note = chunk("note", "odd", padded);
    for (const std::string& bytes : {riff(format + chunk("data", sound, padded) + chunk("LIST", "INFOx", padded)),
                                     riff(format + note + chunk("data", sound))}) {
      const AudioClip clip = parsed_audio(bytes, "odd.wav");
      ASSERT_EQ(clip.frames(), 3);
      EXPECT_EQ(clip.samples()(0, 0), 256.0 / 8388608.0);
      EXPECT_EQ(clip.samples()(1, 0), 8388607.0 / 8388608.0);
      EXPECT_EQ(clip.samples()(2, 0), -1.0);
      for (const Warning& warning : clip.warnings()) EXPECT_EQ(warning.code, "chunk-unpadded");
    }
  }
}

TEST_F(AudioFile, AiffOfEightBitsAndAnOddLengthIsReadWithoutItsPadByte) {
  const std::string rate("\x40\x0E\xBB\x80\0\0\0\0\0\0", 10);  // 48000 in 80 bits
  const auto big = [](unsigned value) {
    const std::string text = little(value, 4);
    return std::string(text.rbegin(), text.rend());
  };
  const auto aiff = [&](unsigned frames, const std::string& sound) {
    const std::string common =
        "COMM" + big(18) + std::string("\0\1", 2) + big(frames) + std::string("\0\x08", 2) + rate;
    const std::string body =
        "AIFF" + common + "SSND" + big(static_cast<unsigned>(sound.size()) + 8) + std::string(8, '\0') + sound;
    return "FORM" + big(static_cast<unsigned>(body.size())) + body;
  };
  const AudioClip clip = parsed_audio(aiff(3, std::string("\x40\x80\x7F\0", 4)), "x.aiff");
  ASSERT_EQ(clip.frames(), 3);
  EXPECT_EQ(clip.samples()(0, 0), 0.5);
  EXPECT_EQ(clip.samples()(1, 0), -1.0);
  EXPECT_THAT(refusal([&] { (void)parsed_audio(aiff(300, std::string(4, '\1')), "x.aiff"); }),
              StartsWith("truncated-audio: x.aiff: found 4 bytes of sound, wanted the 300"));
}

TEST_F(AudioFile, IntegersAreRoundedToTheNearestStepAndDitheredTheSameEveryTime) {
  Eigen::ArrayXXd samples(6, 1);
  samples << 0.4 / 32768.0, 0.6 / 32768.0, -0.6 / 32768.0, 1.0, -1.0, 100.25 / 32768.0;
  const AudioClip clip({.sample_rate_hz = 48000.0, .samples = samples});
  write_audio(folder_ / "x.wav", clip, {AudioContainer::kWav, SampleFormat::kInt16});
  const Eigen::ArrayXXd steps = read_audio(folder_ / "x.wav").samples() * 32768.0;
  EXPECT_THAT(std::vector<double>(steps.data(), steps.data() + 6), ElementsAre(0, 1, -1, 32767, -32768, 100));
  const AudioClip quiet({.sample_rate_hz = 48000.0, .samples = Eigen::ArrayXXd::Constant(100000, 1, 0.25 / 32768.0)});
  write_audio(folder_ / "a.wav", quiet, {AudioContainer::kWav, SampleFormat::kInt16}, Dither::kTriangular);
  write_audio(folder_ / "b.wav", quiet, {AudioContainer::kWav, SampleFormat::kInt16}, Dither::kTriangular);
  EXPECT_EQ(tests::file_bytes(folder_ / "a.wav"), tests::file_bytes(folder_ / "b.wav"));
  const Eigen::ArrayXXd dithered = read_audio(folder_ / "a.wav").samples() * 32768.0;
  EXPECT_NEAR(dithered.mean(), 0.25, 0.01);
  EXPECT_NEAR((dithered - 0.25).square().mean(), 0.25, 0.01);  // 1/6 of the dither and 1/12 of the rounding
}

TEST_F(AudioFile, BadInputHasOneMessageEach) {
  const std::string sound = little(1, 2) + little(2, 2) + little(3, 2) + little(4, 2);
  const std::string good = wav(1, 1, 48000, 16, sound);
  const std::string format = chunk("fmt ", wav_format(1, 1, 48000, 16));
  const auto floats = [](float value) {
    std::string bytes(12, '\0');
    const float samples[3] = {0.5F, value, 0.25F};
    std::memcpy(bytes.data(), samples, sizeof samples);
    return wav(3, 1, 48000, 32, bytes);
  };
  const struct {
    std::string bytes, message;
  } cases[] = {
      {"", "empty-file: x.wav: found an empty file"},
      {"# not sound\n20 90\n",
       "not-audio: x.wav: found a file that does not begin as sound does, wanted WAV, RF64, W64, AIFF or FLAC"},
      {"OggS" + std::string(100, '\0'), "unsupported-audio: x.wav: found an Ogg file"},
      {good.substr(0, good.size() - 3),
       "truncated-audio: x.wav: found 5 bytes of sound, wanted the 8 that the header claims"},
      {good.substr(0, 30), "damaged-audio: x.wav: found a header without a chunk of sound (data)"},
      {riff(format + "data" + little(0x20000000, 4) + sound),
       "truncated-audio: x.wav: found 8 bytes of sound, wanted the 536870912"},
      {wav(1, 1, 48000, 16, ""), "no-samples: x.wav: found a file without a single sample"},
      {wav(1, 1, 7999, 16, sound), "bad-sample-rate: x.wav: found a sample rate of 7999 Hz, wanted 8000 to 768000 Hz"},
      {wav(1, 1, 768001, 16, sound), "bad-sample-rate: x.wav: found a sample rate of 768001 Hz"},
      {wav(1, 65, 48000, 16, std::string(130, '\1')), "too-many-channels: x.wav: found 65 channels, wanted 1 to 64"},
      {wav(7, 1, 48000, 8, sound), "unsupported-audio: x.wav: found samples encoded as U-Law"},
      {riff(chunk("fmt ",
                  little(1, 2) + little(1, 2) + little(48000, 4) + little(192000, 4) + little(4, 2) + little(24, 2)) +
            chunk("data", sound)),
       "unsupported-audio: x.wav: found frames of 4 bytes, wanted 3 for 1 x 24 bits"},
      {floats(std::numeric_limits<float>::quiet_NaN()),
       "not-finite: x.wav: found not a number in frame 2 of channel 1"},
      {floats(-std::numeric_limits<float>::infinity()),
       "not-finite: x.wav: found an infinite sample in frame 2 of channel 1"},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(refusal([&] { (void)parsed_audio(c.bytes, "x.wav"); }), StartsWith(c.message));
    const auto path = write("bad.wav", c.bytes);
    const std::string from_file = refusal([&] { (void)read_audio(path); });
    EXPECT_THAT(from_file, StartsWith(c.message.substr(0, c.message.find(':')) + ": " + path.string()));
  }
  EXPECT_THAT(refusal([&] { (void)read_audio(folder_ / "missing.wav"); }), HasSubstr("found no such file"));
  EXPECT_THAT(refusal([&] { (void)read_audio(folder_); }), HasSubstr("found a folder"));
  EXPECT_THAT(refusal([&] { (void)parsed_audio(good, "x.wav", {.channels = {2}}); }),
              StartsWith("no-such-channel: x.wav: found 1 channels, wanted channel 2"));
}

TEST_F(AudioFile, TwelveGigabytesAreRefusedUnread) {
  const auto path = write("huge.wav", wav(1, 1, 48000, 16, "abcd"));
  std::filesystem::resize_file(path, std::uint64_t{12} << 30U);  // sparse
  EXPECT_THAT(refusal([&] { (void)read_audio(path); }),
              StartsWith("too-large: " + path.string() + ": found 12884901888 bytes, wanted at most 4294967296"));
  EXPECT_THAT(refusal([&] { (void)audio_info(path); }), StartsWith("too-large: "));
  const std::string many = wav(1, 2, 48000, 16, std::string(4000, '\0'));
  EXPECT_THAT(refusal([&] { (void)parsed_audio(many, "x", {.most_samples = 1999}); }),
              StartsWith("too-large: x: found 1000 frames of 2 channels, wanted at most 1999 samples"));
  EXPECT_EQ(parsed_audio(many, "x", {.channels = {1}, .most_samples = 1000}).frames(), 1000);
}

TEST_F(AudioFile, CutAndOpenEndedFilesAreReadWhenAskedFor) {
  const std::string format = chunk("fmt ", wav_format(1, 1, 48000, 16));
  const std::string sound = little(1, 2) + little(2, 2) + "x";
  const AudioClip cut = parsed_audio(riff(format + "data" + little(2000, 4) + sound), "x", {.keep_truncated = true});
  EXPECT_EQ(cut.frames(), 2);
  ASSERT_EQ(cut.warnings().size(), 1U);
  EXPECT_EQ(cut.warnings()[0].code, "truncated-audio");
  const AudioClip stream = parsed_audio(riff(format + "data" + little(0xFFFFFFFF, 4) + sound.substr(0, 4)), "x");
  EXPECT_EQ(stream.frames(), 2);
  ASSERT_EQ(stream.warnings().size(), 1U);
  EXPECT_EQ(stream.warnings()[0].code, "audio-length-unknown");
}

TEST_F(AudioFile, FlacThatIsCutOrDamagedIsRefused) {
  const AudioClip clip({.sample_rate_hz = 48000.0, .samples = exact_samples(20000, 2, 16)});
  write_audio(folder_ / "x.flac", clip, {AudioContainer::kFlac, SampleFormat::kInt16});
  const std::string bytes = tests::file_bytes(folder_ / "x.flac");
  EXPECT_THAT(refusal([&] { (void)parsed_audio(bytes.substr(0, bytes.size() / 2), "x.flac"); }),
              HasSubstr("x.flac: found "));
  std::string damaged = bytes;
  for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 200; ++i) damaged[i] = '\x55';
  EXPECT_THAT(refusal([&] { (void)parsed_audio(damaged, "x.flac"); }), HasSubstr("x.flac: found "));
  std::string stream = bytes;  // 36 bits of length, 0: not known
  stream[21] = static_cast<char>(stream[21] & 0xF0);
  stream.replace(22, 4, 4, '\0');
  const AudioClip all = parsed_audio(stream, "x.flac");
  EXPECT_TRUE((all.samples() == clip.samples()).all());
  EXPECT_EQ(all.warnings().at(0).code, "audio-length-unknown");
  const AudioClip kept = parsed_audio(bytes.substr(0, bytes.size() / 2), "x.flac", {.keep_truncated = true});
  EXPECT_GT(kept.frames(), 4000);
  EXPECT_LT(kept.frames(), 20000);
  EXPECT_TRUE((kept.samples() == clip.samples().topRows(kept.frames())).all());
}

TEST_F(AudioFile, WhatAContainerCannotHoldIsNotWritten) {
  const AudioClip loud({.sample_rate_hz = 48000.0, .samples = Eigen::ArrayXXd::Constant(4, 1, 1.5)});
  const AudioClip nine({.sample_rate_hz = 48000.0, .samples = Eigen::ArrayXXd::Zero(4, 9)});
  const AudioClip fast({.sample_rate_hz = 768000.0, .samples = Eigen::ArrayXXd::Zero(4, 1)});
  const AudioClip odd({.sample_rate_hz = 48000.5, .samples = Eigen::ArrayXXd::Zero(4, 1)});
  const auto refused = [&](const AudioClip& clip, AudioFormat format) {
    return refusal([&] { write_audio(folder_ / "x", clip, format); });
  };
  EXPECT_THAT(refused(loud, {AudioContainer::kWav, SampleFormat::kInt24}), HasSubstr("beyond-full-scale"));
  EXPECT_EQ(refused(loud, {AudioContainer::kWav, SampleFormat::kFloat32}), "nothing thrown");
  EXPECT_EQ(read_audio(folder_ / "x").warnings().at(0).code, "beyond-full-scale");
  EXPECT_THAT(refused(nine, {AudioContainer::kFlac, SampleFormat::kInt24}),
              HasSubstr("found 9 channels in a flac file, wanted at most 8"));
  EXPECT_THAT(refused(fast, {AudioContainer::kFlac, SampleFormat::kInt24}), HasSubstr("wanted at most 655350 Hz"));
  EXPECT_THAT(refused(fast, {AudioContainer::kFlac, SampleFormat::kFloat32}),
              HasSubstr("wanted 16 or 24 bits in FLAC"));
  EXPECT_THAT(refused(nine, {AudioContainer::kAiff, SampleFormat::kInt8}), HasSubstr("wanted 16 bits or more in AIFF"));
  EXPECT_THAT(refused(odd, {}), HasSubstr("wanted a whole number"));
  EXPECT_THAT(refusal([&] { write_audio("/no/such/folder/x.wav", nine); }),
              HasSubstr("unwritable: /no/such/folder/x.wav"));
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) EXPECT_EQ(entry.path().filename(), "x");
}

TEST(AudioClip, RefusesWhatIsNoSound) {
  const auto refused = [](double rate_hz, Eigen::ArrayXXd samples) {
    return refusal([&] { (void)AudioClip({.sample_rate_hz = rate_hz, .samples = std::move(samples)}); });
  };
  EXPECT_THAT(refused(100.0, Eigen::ArrayXXd::Zero(1, 1)), HasSubstr("bad-audio: found a sample rate"));
  EXPECT_THAT(refused(48000.0, Eigen::ArrayXXd::Zero(0, 1)), HasSubstr("found no sample"));
  EXPECT_THAT(refused(48000.0, Eigen::ArrayXXd::Zero(1, 65)), HasSubstr("found 65 channels"));
  EXPECT_THAT(refused(48000.0, Eigen::ArrayXXd::Constant(1, 1, std::nan(""))), HasSubstr("not finite"));
}

}  // namespace
}  // namespace headscore
