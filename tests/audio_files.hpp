// Audio files made byte by byte, and a folder to put them in.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <system_error>

#include "headscore/error.hpp"

namespace headscore::tests {

inline std::string little(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xFFU);
  return text;
}

/// A chunk with its pad byte.
inline std::string chunk(const std::string& name, const std::string& body, bool padded = true) {
  return name + little(body.size(), 4) + body + (padded && body.size() % 2 == 1 ? std::string(1, '\0') : std::string());
}

/// The body of a WAV file's `fmt ` chunk; `tag` 1 is PCM, 3 IEEE floating point.
inline std::string wav_format(int tag, int channels, int rate_hz, int bits) {
  const int frame = channels * bits / 8;
  return little(static_cast<unsigned>(tag), 2) + little(static_cast<unsigned>(channels), 2) +
         little(static_cast<unsigned>(rate_hz), 4) +
         little(static_cast<std::uint64_t>(rate_hz) * static_cast<unsigned>(frame), 4) +
         little(static_cast<unsigned>(frame), 2) + little(static_cast<unsigned>(bits), 2);
}

inline std::string riff(const std::string& chunks) { return "RIFF" + little(chunks.size() + 4, 4) + "WAVE" + chunks; }

/// A plain WAV file around bytes of sound.
inline std::string wav(int tag, int channels, int rate_hz, int bits, const std::string& sound) {
  return riff(chunk("fmt ", wav_format(tag, channels, rate_hz, bits)) + chunk("data", sound));
}

inline std::string file_bytes(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// A folder of its own for each test, gone in the end.
class WithFolder : public ::testing::Test {
 protected:
  WithFolder() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() / ("headscore-" + std::to_string(::getpid()) + "-" + test->name());
    std::filesystem::create_directories(folder_);
  }
  ~WithFolder() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::filesystem::path write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return folder_ / name;
  }

  std::filesystem::path folder_;
};

/// "code: what()" of the Error that `call` throws; "nothing thrown" without one.
inline std::string refusal(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code() + ": " + error.what();
  }
  return "nothing thrown";
}

}  // namespace headscore::tests
