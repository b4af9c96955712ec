// Running the program in tests: what it says, how it ends, and killing it.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace headscore::tests {

struct Ran {
  int status = -1;
  std::string text;  ///< standard output and standard error
};

/// A shell command, for instance "'" HEADSCORE_PROGRAM "' batch ...".
inline Ran run_command(const std::string& command) {
  Ran result;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return result;
  std::array<char, 4096> buffer{};
  std::size_t got = 0;
  while ((got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0) result.text.append(buffer.data(), got);
  const int code = pclose(pipe);
  result.status = WIFEXITED(code) ? WEXITSTATUS(code) : 128 + WTERMSIG(code);
  return result;
}

/// Runs the program with `arguments` as a shell reads them.
inline Ran run(const std::string& arguments, const std::string& environment = "") {
  return run_command(environment + " '" HEADSCORE_PROGRAM "' " + arguments + " </dev/null");
}

/// The program as a child of its own, silent.
class RunningProgram {
 public:
  explicit RunningProgram(const std::vector<std::string>& arguments) {
    std::vector<std::string> words = arguments;
    words.insert(words.begin(), HEADSCORE_PROGRAM);
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    child_ = ::fork();
    if (child_ != 0) return;
    const int null = ::open("/dev/null", O_RDWR);
    for (const int fd : {0, 1, 2}) ::dup2(null, fd);
    ::execv(HEADSCORE_PROGRAM, pointers.data());
    ::_exit(127);
  }
  void send(int signal) const { ::kill(child_, signal); }
  /// Exit status, or 128 + signal.
  int wait() {
    int code = 0;
    ::waitpid(child_, &code, 0);
    return WIFEXITED(code) ? WEXITSTATUS(code) : 128 + WTERMSIG(code);
  }

 private:
  pid_t child_ = -1;
};

inline std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// A folder of its own for each test, removed at its end.
class FolderTest : public ::testing::Test {
 protected:
  FolderTest() {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() / ("headscore-" + std::to_string(::getpid()) + "-" + info->name());
    std::filesystem::create_directories(folder_);
  }
  ~FolderTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
  [[nodiscard]] std::string quoted(const std::string& name) const { return "'" + path(name) + "'"; }

  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  /// A response like a headphone's: an SPL scale, ear gain, and a bass of its own.
  static std::string response(double bass_db = 0.0, double ratio = 1.05) {
    std::string text;
    for (double f = 20.0; f < 20500.0; f *= ratio) {
      std::array<char, 64> line{};
      std::snprintf(line.data(), line.size(), "%.4f\t%.3f\n", f,
                    90.0 + bass_db / (1.0 + f / 100.0) + 12.0 * std::exp(-3.0 * std::pow(std::log2(f / 3000.0), 2)) -
                        (f > 10000 ? 8.0 : 0.0));
      text += line.data();
    }
    return text;
  }

  std::filesystem::path folder_;
};

}  // namespace headscore::tests
