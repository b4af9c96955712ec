// The only file that sees libsndfile.
#include <fcntl.h>
#include <sndfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <system_error>

#include "error/short_number.hpp"
#include "headscore/audio.hpp"
#include "headscore/error.hpp"
#include "io/audio_header.hpp"
#include "io/output_file.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;

constexpr Eigen::Index kBlockSamples = 1 << 16;  ///< read at a time, all channels together
constexpr std::uint64_t kMost32BitBytes = 0xFFFF0000U;

// ---- Bytes, as libsndfile asks for them
// ----------------------------------------------------------------------------------

/// A ByteSource with a position.
struct Cursor {
  const ByteSource* source = nullptr;
  sf_count_t at = 0;
};

sf_count_t cursor_length(void* user) { return static_cast<sf_count_t>(static_cast<Cursor*>(user)->source->size); }

sf_count_t cursor_seek(sf_count_t offset, int whence, void* user) {
  auto* cursor = static_cast<Cursor*>(user);
  const sf_count_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? cursor->at : cursor_length(user);
  if (offset > 0 && base > std::numeric_limits<sf_count_t>::max() - offset) return -1;
  if (base + offset < 0) return -1;
  cursor->at = base + offset;
  return cursor->at;
}

sf_count_t cursor_read(void* bytes, sf_count_t count, void* user) {
  auto* cursor = static_cast<Cursor*>(user);
  if (count <= 0 || cursor->at >= cursor_length(user)) return 0;
  const std::size_t got = cursor->source->read(static_cast<std::uint64_t>(cursor->at), static_cast<char*>(bytes),
                                               static_cast<std::size_t>(count));
  cursor->at += static_cast<sf_count_t>(got);
  return static_cast<sf_count_t>(got);
}

sf_count_t cursor_write(const void* /*bytes*/, sf_count_t /*count*/, void* /*user*/) { return 0; }

sf_count_t cursor_tell(void* user) { return static_cast<Cursor*>(user)->at; }

/// An open file; the descriptor is closed at the end.
class OpenFile {
 public:
  OpenFile(const fs::path& path, const AudioReadOptions& options) {
    const std::string name = path.string();
    // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
    fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd_ < 0) {
      const int code = errno;
      const bool missing = code == ENOENT || code == ENOTDIR;
      throw Error(missing ? "missing-file" : "unreadable", {name},
                  missing ? "no such file" : std::generic_category().message(code), "a file that can be read");
    }
    try {
      check(name, options);
    } catch (...) {
      ::close(fd_);
      throw;
    }
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() { ::close(fd_); }

  [[nodiscard]] const ByteSource& source() const { return source_; }

 private:
  void check(const std::string& name, const AudioReadOptions& options) {
    struct stat facts{};
    if (::fstat(fd_, &facts) != 0)
      throw Error("unreadable", {name}, std::generic_category().message(errno), "a file that can be read");
    if (S_ISDIR(facts.st_mode)) throw Error("not-a-file", {name}, "a folder", "a file");
    if (!S_ISREG(facts.st_mode)) throw Error("not-a-file", {name}, "a pipe, socket or device", "a regular file");
    const auto size = static_cast<std::uint64_t>(facts.st_size);
    if (size > options.most_bytes)
      throw Error("too-large", {name}, std::to_string(size) + " bytes",
                  "at most " + std::to_string(options.most_bytes));
    source_ = {name, size, [fd = fd_](std::uint64_t offset, char* bytes, std::size_t count) {
                 std::size_t filled = 0;
                 while (filled < count) {
                   const ssize_t got = ::pread(fd, bytes + filled, count - filled, static_cast<off_t>(offset + filled));
                   if (got < 0 && errno == EINTR) continue;
                   if (got <= 0) break;
                   filled += static_cast<std::size_t>(got);
                 }
                 return filled;
               }};
  }

  int fd_ = -1;
  ByteSource source_;
};

ByteSource memory_source(std::string_view bytes, const std::string& name) {
  return {name, bytes.size(), [bytes](std::uint64_t offset, char* target, std::size_t count) {
            if (offset >= bytes.size()) return std::size_t{0};
            const std::size_t got = std::min<std::size_t>(count, bytes.size() - static_cast<std::size_t>(offset));
            std::memcpy(target, bytes.data() + offset, got);
            return got;
          }};
}

// ---- Reading
// --------------------------------------------------------------------------------------------------------------

struct CloseSound {
  void operator()(SNDFILE* sound) const { sf_close(sound); }
};
using Sound = std::unique_ptr<SNDFILE, CloseSound>;

std::optional<SampleFormat> sample_format_of(int format) {
  switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
      return SampleFormat::kInt8;
    case SF_FORMAT_PCM_16:
      return SampleFormat::kInt16;
    case SF_FORMAT_PCM_24:
      return SampleFormat::kInt24;
    case SF_FORMAT_PCM_32:
      return SampleFormat::kInt32;
    case SF_FORMAT_FLOAT:
      return SampleFormat::kFloat32;
    case SF_FORMAT_DOUBLE:
      return SampleFormat::kFloat64;
    default:
      return std::nullopt;
  }
}

std::string encoding_name(int format) {
  SF_FORMAT_INFO info{};
  info.format = format & SF_FORMAT_SUBMASK;
  if (sf_command(nullptr, SFC_GET_FORMAT_INFO, &info, sizeof info) == 0 && info.name != nullptr) return info.name;
  return "an unknown encoding";
}

/// A file that is open for decoding, with everything about it checked that can be checked before a sample is read.
class Decoder {
 public:
  Decoder(const ByteSource& source, const AudioReadOptions& options)
      : source_(source),
        options_(options),
        extent_(audio_extent(source)),
        view_(extent_.unpadded ? padded_view(source, extent_) : source) {
    cursor_.source = &view_;
    SF_VIRTUAL_IO io{cursor_length, cursor_seek, cursor_read, cursor_write, cursor_tell};
    sound_.reset(sf_open_virtual(&io, SFM_READ, &facts_, &cursor_));
    if (!sound_)
      refuse("damaged-audio", "a file that cannot be decoded (" + std::string(sf_strerror(nullptr)) + ")",
             "whole and well-formed sound");
    check_format();
    check_length();
    choose_channels();
  }

  [[nodiscard]] AudioInfo info() const {
    return {static_cast<double>(facts_.samplerate), claimed_frames().value_or(0), facts_.channels, format_, warnings_};
  }

  [[nodiscard]] AudioClip clip();

 private:
  [[noreturn]] void refuse(const std::string& code, const std::string& found, const std::string& wanted) const {
    throw Error(code, {source_.name}, found, wanted);
  }

  void check_format();
  void check_length();
  void choose_channels();
  [[nodiscard]] std::uint64_t frame_bytes() const;
  [[nodiscard]] std::optional<std::uint64_t> claimed_frames() const;
  void check_block(const Eigen::ArrayXXd& samples, Eigen::Index first, Eigen::Index count);
  void check_whole(std::uint64_t read);

  const ByteSource& source_;
  const AudioReadOptions& options_;
  AudioExtent extent_;
  ByteSource view_;  ///< what libsndfile reads
  Cursor cursor_;
  SF_INFO facts_{};
  Sound sound_;
  AudioFormat format_;
  std::vector<int> channels_;  ///< 1-based
  std::vector<Warning> warnings_;
  double peak_ = 0.0;
};

void Decoder::check_format() {
  const std::optional<SampleFormat> samples = sample_format_of(facts_.format);
  if (!samples)
    refuse("unsupported-audio", "samples encoded as " + encoding_name(facts_.format),
           "integers of 8 to 32 bits, float or double");
  format_ = {extent_.container, *samples};
  if ((facts_.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_WAVEX) format_.container = AudioContainer::kWavExtensible;
  if (facts_.samplerate < kLeastSampleRateHz || facts_.samplerate > kMostSampleRateHz) {
    refuse("bad-sample-rate", "a sample rate of " + std::to_string(facts_.samplerate) + " Hz", "8000 to 768000 Hz");
  }
  if (facts_.channels < 1 || facts_.channels > kMostChannels)
    refuse("too-many-channels", std::to_string(facts_.channels) + " channels", "1 to 64");
}

/// Frames as the header says, for PCM from the length of the sound; nullopt for a FLAC stream that leaves it open.
std::optional<std::uint64_t> Decoder::claimed_frames() const {
  if (format_.container == AudioContainer::kFlac) {
    if (facts_.frames < 0 || facts_.frames == std::numeric_limits<sf_count_t>::max()) return std::nullopt;
    return static_cast<std::uint64_t>(facts_.frames);
  }
  const std::uint64_t present = extent_.present_bytes / frame_bytes();
  if (!extent_.length_known) return present;
  const std::uint64_t claimed = extent_.claimed_frames.value_or(extent_.claimed_bytes / frame_bytes());
  return options_.keep_truncated ? std::min(present, claimed) : claimed;
}

std::uint64_t Decoder::frame_bytes() const {
  return static_cast<std::uint64_t>(bits(format_.samples) / 8) * static_cast<std::uint64_t>(facts_.channels);
}

void Decoder::check_length() {
  const auto warn = [this](const char* code, const std::string& message) { warnings_.push_back({code, 0, message}); };
  std::uint64_t claimed_bytes = extent_.claimed_bytes;
  if (extent_.claimed_frames) claimed_bytes = std::max(claimed_bytes, *extent_.claimed_frames * frame_bytes());
  if (extent_.unpadded) warn("chunk-unpadded", "a chunk of odd length lacks its pad byte; read all the same");
  if (!extent_.length_known) {
    warn("audio-length-unknown", "the header leaves the length open, as a stream's does; all " +
                                     std::to_string(extent_.present_bytes) + " bytes behind it are read");
  } else if (extent_.present_bytes < claimed_bytes) {
    const std::string found = std::to_string(extent_.present_bytes) + " bytes of sound";
    const std::string wanted = std::to_string(claimed_bytes);
    if (!options_.keep_truncated) refuse("truncated-audio", found, "the " + wanted + " that the header claims");
    warn("truncated-audio", "the file ends after " + found + " of " + wanted);
  }
  const std::optional<std::uint64_t> frames = claimed_frames();
  if (!frames) warn("audio-length-unknown", "the header leaves the length open, as a stream's does; all of it is read");
  if (frames && *frames == 0) refuse("no-samples", "a file without a single sample", "sound");
}

void Decoder::choose_channels() {
  channels_ = options_.channels;
  if (channels_.empty()) {
    for (int channel = 1; channel <= facts_.channels; ++channel) channels_.push_back(channel);
  }
  for (const int channel : channels_) {
    if (channel < 1 || channel > facts_.channels)
      refuse("no-such-channel", std::to_string(facts_.channels) + " channels", "channel " + std::to_string(channel));
  }
  const std::optional<std::uint64_t> frames = claimed_frames();
  if (frames && *frames > options_.most_samples / channels_.size()) {
    refuse("too-large", std::to_string(*frames) + " frames of " + std::to_string(channels_.size()) + " channels",
           "at most " + std::to_string(options_.most_samples) + " samples");
  }
}

void Decoder::check_block(const Eigen::ArrayXXd& samples, Eigen::Index first, Eigen::Index count) {
  for (Eigen::Index column = 0; column < samples.cols(); ++column) {
    const auto block = samples.col(column).segment(first, count);
    if (!block.isFinite().all()) {
      Eigen::Index at = 0;
      while (std::isfinite(block[at])) ++at;
      refuse("not-finite",
             std::string(std::isnan(block[at]) ? "not a number" : "an infinite sample") + " in frame " +
                 std::to_string(first + at + 1) + " of channel " +
                 std::to_string(channels_[static_cast<std::size_t>(column)]),
             "finite samples");
    }
    peak_ = std::max(peak_, block.abs().maxCoeff());
  }
}

void Decoder::check_whole(std::uint64_t read) {
  const std::optional<std::uint64_t> claimed = claimed_frames();
  const std::string found = std::to_string(read) + " frames";
  const bool broken = sf_error(sound_.get()) != SF_ERR_NO_ERROR;
  if (broken && !options_.keep_truncated) {
    refuse("damaged-audio", found + " before the sound cannot be decoded (" + sf_strerror(sound_.get()) + ")",
           "whole and well-formed sound");
  }
  if (broken || (claimed && read < *claimed)) {
    const std::string wanted = claimed ? std::to_string(*claimed) : "more";
    if (!options_.keep_truncated) refuse("truncated-audio", found, "the " + wanted + " that the header claims");
    warnings_.push_back({"truncated-audio", 0, "the sound ends after " + found + " of " + wanted});
  }
  if (read == 0) refuse("no-samples", "a file without a single sample", "sound");
  if (!is_integer(format_.samples) && peak_ > 1.0) {
    warnings_.push_back({"beyond-full-scale", 0,
                         "samples reach " + short_number(20.0 * std::log10(peak_), 2) + " dB above full scale"});
  }
}

AudioClip Decoder::clip() {
  const Eigen::Index in_block = std::max<Eigen::Index>(1, kBlockSamples / facts_.channels);
  using Block = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Block block(in_block, facts_.channels);
  const auto columns = static_cast<Eigen::Index>(channels_.size());
  const auto most = static_cast<Eigen::Index>(options_.most_samples / channels_.size());
  // What PCM claims is in the file: audio_extent() has seen to it. What FLAC claims is believed as it comes.
  const bool trusted = format_.container != AudioContainer::kFlac;
  Eigen::ArrayXXd samples(trusted ? static_cast<Eigen::Index>(*claimed_frames()) : in_block, columns);
  Eigen::Index filled = 0;
  for (;;) {
    const auto wanted = trusted ? std::min(in_block, samples.rows() - filled) : in_block;
    // sf_readf_* fills up with zeros to what was asked for: only what it says it read counts.
    const sf_count_t got = wanted == 0 ? 0 : sf_readf_double(sound_.get(), block.data(), wanted);
    if (got <= 0) break;
    const auto count = static_cast<Eigen::Index>(got);
    if (count > most - filled)
      refuse("too-large", "more than " + std::to_string(most) + " frames",
             "at most " + std::to_string(options_.most_samples) + " samples");
    if (filled + count > samples.rows())
      samples.conservativeResize(std::min(most, std::max(2 * samples.rows(), filled + count)), Eigen::NoChange);
    for (Eigen::Index column = 0; column < columns; ++column) {
      samples.col(column).segment(filled, count) =
          block.col(channels_[static_cast<std::size_t>(column)] - 1).head(count);
    }
    check_block(samples, filled, count);
    filled += count;
  }
  check_whole(static_cast<std::uint64_t>(filled));
  if (filled != samples.rows()) samples.conservativeResize(filled, Eigen::NoChange);
  return AudioClip({.sample_rate_hz = static_cast<double>(facts_.samplerate),
                    .samples = std::move(samples),
                    .channel_numbers = channels_,
                    .format = format_,
                    .path = source_.name,
                    .warnings = warnings_});
}

// ---- Writing
// --------------------------------------------------------------------------------------------------------------

int libsndfile_format(const AudioFormat& format) {
  int major = SF_FORMAT_WAV;
  switch (format.container) {
    case AudioContainer::kWav:
      break;
    case AudioContainer::kWavExtensible:
      major = SF_FORMAT_WAVEX;
      break;
    case AudioContainer::kRf64:
      major = SF_FORMAT_RF64;
      break;
    case AudioContainer::kW64:
      major = SF_FORMAT_W64;
      break;
    case AudioContainer::kAiff:
      major = SF_FORMAT_AIFF;
      break;
    case AudioContainer::kFlac:
      major = SF_FORMAT_FLAC;
      break;
  }
  const bool signed_bytes = format.container == AudioContainer::kAiff || format.container == AudioContainer::kFlac;
  switch (format.samples) {
    case SampleFormat::kInt8:
      return major | (signed_bytes ? SF_FORMAT_PCM_S8 : SF_FORMAT_PCM_U8);
    case SampleFormat::kInt16:
      return major | SF_FORMAT_PCM_16;
    case SampleFormat::kInt24:
      return major | SF_FORMAT_PCM_24;
    case SampleFormat::kInt32:
      return major | SF_FORMAT_PCM_32;
    case SampleFormat::kFloat32:
      return major | SF_FORMAT_FLOAT;
    case SampleFormat::kFloat64:
      return major | SF_FORMAT_DOUBLE;
  }
  return 0;
}

/// Writes clips into libsndfile, block by block.
class Encoder {
 public:
  Encoder(const std::string& name, const AudioClip& clip, const AudioFormat& format, Dither dither)
      : name_(name), clip_(clip), format_(format), dither_(dither) {
    facts_.samplerate = static_cast<int>(clip.sample_rate_hz());
    facts_.channels = static_cast<int>(clip.channels());
    facts_.format = libsndfile_format(format);
  }

  /// Before a file is made.
  void check() const;
  void write(const std::string& file);

 private:
  [[noreturn]] void refuse(const std::string& code, const std::string& found, const std::string& wanted) const {
    throw Error(code, {name_}, found, wanted);
  }
  [[nodiscard]] double uniform() {
    return std::ldexp(static_cast<double>(random_() >> 11U), -53) - 0.5;
  }  ///< -0.5 to 0.5
  [[nodiscard]] int step(double sample);
  [[nodiscard]] bool write_frames(SNDFILE* sound, Eigen::Index first, Eigen::Index count);

  const std::string& name_;
  const AudioClip& clip_;
  AudioFormat format_;
  Dither dither_;
  SF_INFO facts_{};
  std::mt19937_64 random_{20151030};
};

void Encoder::check() const {
  const std::string what = std::string(to_string(format_.samples)) +
                           (is_integer(format_.samples) ? "-bit samples in a " : " samples in a ") +
                           std::string(to_string(format_.container)) + " file";
  if (clip_.sample_rate_hz() != std::floor(clip_.sample_rate_hz()))
    refuse("bad-audio-format", "a sample rate of " + std::to_string(clip_.sample_rate_hz()) + " Hz", "a whole number");
  if (format_.container == AudioContainer::kFlac) {
    if (format_.samples != SampleFormat::kInt16 && format_.samples != SampleFormat::kInt24)
      refuse("bad-audio-format", what, "16 or 24 bits in FLAC");
    if (facts_.channels > 8)
      refuse("bad-audio-format", std::to_string(facts_.channels) + " channels in a flac file", "at most 8");
    if (facts_.samplerate > 655350)
      refuse("bad-audio-format", "a sample rate of " + std::to_string(facts_.samplerate) + " Hz in a flac file",
             "at most 655350 Hz");
  }
  // libsndfile counts the pad byte of an odd length as a frame.
  if (format_.container == AudioContainer::kAiff && format_.samples == SampleFormat::kInt8) {
    refuse("bad-audio-format", what, "16 bits or more in AIFF");
  }
  SF_INFO facts = facts_;
  if (sf_format_check(&facts) == 0) refuse("bad-audio-format", what, "a combination that the container knows");
  const auto bytes =
      static_cast<std::uint64_t>(clip_.samples().size()) * static_cast<std::uint64_t>(bits(format_.samples) / 8);
  const bool wide = format_.container == AudioContainer::kRf64 || format_.container == AudioContainer::kW64 ||
                    format_.container == AudioContainer::kFlac;
  if (!wide && bytes > kMost32BitBytes)
    refuse("too-large", std::to_string(bytes) + " bytes of sound",
           "at most 4 GiB in this container; rf64 and w64 hold more");
  const double peak = clip_.samples().abs().maxCoeff();
  if (is_integer(format_.samples) && peak > 1.0)
    refuse("beyond-full-scale", "samples up to " + std::to_string(peak), "at most 1.0 for integers");
}

/// The integer of 32 bits whose upper bits are the sample, rounded to the nearest step.
int Encoder::step(double sample) {
  const int width = bits(format_.samples);
  const double full_scale = std::ldexp(1.0, width - 1);
  double scaled = sample * full_scale;
  if (dither_ == Dither::kTriangular) {
    const double first = uniform();
    scaled += first + uniform();
  }
  const double rounded = std::clamp(std::nearbyint(scaled), -full_scale, full_scale - 1.0);
  return static_cast<int>(std::ldexp(rounded, 32 - width));
}

bool Encoder::write_frames(SNDFILE* sound, Eigen::Index first, Eigen::Index count) {
  const Eigen::Index channels = clip_.channels();
  std::vector<int> integers;
  std::vector<double> reals;
  for (Eigen::Index frame = first; frame < first + count; ++frame) {
    for (Eigen::Index channel = 0; channel < channels; ++channel) {
      const double sample = clip_.samples()(frame, channel);
      if (is_integer(format_.samples)) {
        integers.push_back(step(sample));
      } else {
        reals.push_back(sample);
      }
    }
  }
  // Through integers of our own: libsndfile scales by 2^(n-1) - 1 when it writes and by 2^(n-1) when it reads.
  return is_integer(format_.samples) ? sf_writef_int(sound, integers.data(), count) == count
                                     : sf_writef_double(sound, reals.data(), count) == count;
}

void Encoder::write(const std::string& file) {
  Sound sound(sf_open(file.c_str(), SFM_WRITE, &facts_));
  const auto fail = [this](SNDFILE* handle) {
    refuse("unwritable", std::string("an output that cannot be written (") + sf_strerror(handle) + ")",
           "a file in a folder that can be written");
  };
  if (!sound) fail(nullptr);
  sf_command(sound.get(), SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);  // it holds the time of day
  const Eigen::Index in_block = std::max<Eigen::Index>(1, kBlockSamples / clip_.channels());
  for (Eigen::Index first = 0; first < clip_.frames(); first += in_block) {
    if (!write_frames(sound.get(), first, std::min(in_block, clip_.frames() - first))) fail(sound.get());
  }
  sf_write_sync(sound.get());
  if (sf_error(sound.get()) != SF_ERR_NO_ERROR) fail(sound.get());
  if (sf_close(sound.release()) != 0)
    refuse("unwritable", "an output that cannot be finished", "a file in a folder that can be written");
}

}  // namespace

AudioClip read_audio(const fs::path& path, const AudioReadOptions& options) {
  const OpenFile file(path, options);
  return Decoder(file.source(), options).clip();
}

AudioClip parsed_audio(std::string_view bytes, const std::string& name, const AudioReadOptions& options) {
  const ByteSource source = memory_source(bytes, name);
  if (source.size > options.most_bytes)
    throw Error("too-large", {name}, std::to_string(source.size) + " bytes",
                "at most " + std::to_string(options.most_bytes));
  return Decoder(source, options).clip();
}

AudioInfo audio_info(const fs::path& path, const AudioReadOptions& options) {
  const OpenFile file(path, options);
  return Decoder(file.source(), options).info();
}

void write_audio(const fs::path& path, const AudioClip& clip, const AudioFormat& format, Dither dither) {
  const std::string name = output_file(path).string();
  Encoder encoder(name, clip, format, dither);
  encoder.check();
  const std::string part = name + ".part" + std::to_string(::getpid());
  std::error_code ignored;
  try {
    encoder.write(part);
  } catch (...) {
    fs::remove(part, ignored);
    throw;
  }
  std::error_code error;
  fs::rename(part, name, error);
  if (!error) return;
  fs::remove(part, ignored);
  throw Error("unwritable", {name}, "an output that cannot be written (" + error.message() + ")",
              "a file in a folder that can be written");
}

AudioContainer container_for(const fs::path& path) {
  std::string ending = path.extension().string();
  if (!ending.empty()) ending.erase(0, 1);
  return audio_container_from(ending).value_or(AudioContainer::kWav);
}

}  // namespace headscore
