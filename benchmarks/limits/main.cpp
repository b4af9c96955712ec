// How far reading and scoring are from what the machine allows, in one run: every round takes each step once, so that a noisy
// machine disturbs all of them alike, and only ratios within a round are compared.
//
//   bench_limits [--folder DIR] [--files N] [--rounds R] [--json FILE] [--name TEXT]
//
// Without --folder, 500 files of 480 rows are written to a temporary folder. The files are listed again until there are N.
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "baseline.hpp"
#include "headscore/pipeline.hpp"
#include "headscore/reader.hpp"
#include "preference_scorer.hpp"
#include "rew_text.hpp"

namespace {

namespace fs = std::filesystem;
using headscore::benchmarks::PreferenceScorer;

/// A file's bytes in one buffer that is used again; a zero byte behind them.
class FileBuffer {
 public:
  std::size_t read(const fs::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    struct stat facts {};
    ::fstat(fd, &facts);
    const auto size = static_cast<std::size_t>(facts.st_size);
    if (bytes_.size() < size + 1) bytes_.resize(size + 1);
    const ssize_t got = ::read(fd, bytes_.data(), size);
    ::close(fd);
    bytes_[got < 0 ? 0 : static_cast<std::size_t>(got)] = '\0';
    return got < 0 ? 0 : static_cast<std::size_t>(got);
  }
  [[nodiscard]] const char* data() const { return bytes_.data(); }

 private:
  std::vector<char> bytes_;
};

std::vector<double> as_vector(const Eigen::ArrayXd& values) { return {values.begin(), values.end()}; }

baseline::Scorer baseline_scorer() {
  const PreferenceScorer own;
  return {as_vector(own.target().frequency_hz()), as_vector(own.target().magnitude_db())};
}

headscore::ReadOptions without_phase() {
  headscore::ReadOptions options;
  options.phase = false;
  return options;
}

using Work = std::function<double(const fs::path&)>;  ///< one file; a number that depends on its content

struct Step {
  std::string name;
  std::function<Work()> work;  ///< one a thread, with its own buffers
  int threads = 1;
};

std::vector<Step> steps() {
  const auto read_only = [] {
    return [buffer = FileBuffer()](const fs::path& path) mutable { return static_cast<double>(buffer.read(path)); };
  };
  const auto parse = [] {
    return [buffer = FileBuffer(), columns = baseline::Columns()](const fs::path& path) mutable {
      baseline::parse(buffer.data(), buffer.read(path), columns);
      return static_cast<double>(columns.level_db.size());
    };
  };
  const auto parse_and_score = [] {
    return [buffer = FileBuffer(), columns = baseline::Columns(), score = baseline_scorer()](const fs::path& path) mutable {
      const std::size_t size = buffer.read(path);
      baseline::parse(buffer.data(), size, columns);
      return columns.level_db.size() < 2 ? 0.0 : score(columns);
    };
  };
  const auto read_measurement = [] {
    return [reader = std::make_shared<headscore::MeasurementReader>()](const fs::path& path) {
      return static_cast<double>(reader->read(path, without_phase()).points());
    };
  };
  const auto read_and_score = [] {
    return [reader = std::make_shared<headscore::MeasurementReader>(), score = PreferenceScorer()](const fs::path& path) mutable {
      return score(*reader->read(path, without_phase()).response());
    };
  };
  return {{"open, read, close", read_only},
          {"baseline: parse", parse},
          {"baseline: parse and score", parse_and_score},
          {"headscore: read", read_measurement},
          {"headscore: read and score", read_and_score},
          {"baseline: parse and score, 2 threads", parse_and_score, 2},
          {"headscore: read and score, 2 threads", read_and_score, 2}};
}

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

struct Timing {
  double wall_s = 0.0;
  double cpu_s = 0.0;
};

Timing timed(const Step& step, const std::vector<fs::path>& paths, double& sum) {
  const auto start = std::chrono::steady_clock::now();
  const double cpu_start = cpu_seconds();
  std::atomic<std::size_t> next{0};
  std::vector<double> sums(static_cast<std::size_t>(step.threads));
  const auto loop = [&](std::size_t thread) {
    const Work work = step.work();
    double own = 0.0;
    for (std::size_t i = next.fetch_add(1); i < paths.size(); i = next.fetch_add(1)) own += work(paths[i]);
    sums[thread] = own;
  };
  {
    std::vector<std::jthread> pool;
    for (std::size_t t = 1; t < sums.size(); ++t) pool.emplace_back(loop, t);
    loop(0);
  }
  for (const double part : sums) sum += part;
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), cpu_seconds() - cpu_start};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0.0 : values[values.size() / 2];
}

/// Files that both readers take, so that every step does the same work.
std::vector<fs::path> usable(const std::vector<fs::path>& found, double& bytes) {
  std::vector<fs::path> paths;
  Work score = steps()[4].work();
  for (const fs::path& path : found) {
    try {
      const headscore::Measurement read = headscore::read_measurement(path, without_phase());
      if (!read.response()) continue;
      score(path);
    } catch (const headscore::Error&) {
      continue;
    }
    bytes += static_cast<double>(fs::file_size(path));
    paths.push_back(path);
  }
  return paths;
}

void write_files(const fs::path& folder) {
  fs::create_directories(folder);
  for (int i = 0; i < 500; ++i) {
    std::ofstream(folder / (std::to_string(i) + " L.txt"), std::ios::binary) << headscore::benchmarks::rew_text(480, false, 3.0 + 0.01 * i);
  }
}

struct Arguments {
  std::string folder;
  std::string json;
  std::string name = "480 rows, generated";
  std::size_t files = 5000;
  std::size_t rounds = 9;
};

Arguments arguments_from(int argc, char** argv) {
  Arguments result;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string key = argv[i];
    if (key == "--folder") result.folder = argv[i + 1];
    if (key == "--json") result.json = argv[i + 1];
    if (key == "--name") result.name = argv[i + 1];
    if (key == "--files") result.files = static_cast<std::size_t>(std::strtoul(argv[i + 1], nullptr, 10));
    if (key == "--rounds") result.rounds = static_cast<std::size_t>(std::strtoul(argv[i + 1], nullptr, 10));
  }
  return result;
}

nlohmann::ordered_json run(const Arguments& arguments, const fs::path& folder) {
  double bytes_once = 0.0;
  const std::vector<fs::path> once = usable(headscore::found_files({folder}), bytes_once);
  std::vector<fs::path> paths;
  double bytes = 0.0;
  for (std::size_t i = 0; i < arguments.files; ++i) {
    paths.push_back(once[i % once.size()]);
    bytes += static_cast<double>(fs::file_size(paths.back()));
  }
  const std::vector<Step> all = steps();
  std::vector<std::vector<double>> wall(all.size());
  std::vector<std::vector<double>> cpu(all.size());
  std::vector<double> sums(all.size());
  for (std::size_t round = 0; round < arguments.rounds; ++round) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Timing timing = timed(all[i], paths, sums[i]);
      wall[i].push_back(timing.wall_s);
      cpu[i].push_back(timing.cpu_s);
    }
  }
  nlohmann::ordered_json report;
  report["name"] = arguments.name;
  report["files"] = paths.size();
  report["distinct_files"] = once.size();
  report["megabytes"] = std::round(bytes / 1e5) / 10.0;
  report["rounds"] = arguments.rounds;
  std::printf("%s: %zu files (%zu distinct), %.1f MB, median of %zu rounds\n%-50s %10s %8s %12s %10s\n", arguments.name.c_str(), paths.size(), once.size(),
              bytes / 1e6, arguments.rounds, "step", "files/s", "MB/s", "us CPU/file", "of limit");
  constexpr std::size_t kLimit = 2;  // baseline: parse and score
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::vector<double> ratios;
    for (std::size_t round = 0; round < arguments.rounds; ++round) ratios.push_back(cpu[kLimit][round] / cpu[i][round]);
    const double files = static_cast<double>(paths.size());
    const nlohmann::ordered_json row = {{"step", all[i].name},
                                        {"threads", all[i].threads},
                                        {"files_per_second", std::round(files / median(wall[i]))},
                                        {"megabytes_per_second", std::round(bytes / 1e6 / median(wall[i]))},
                                        {"cpu_microseconds_per_file", std::round(1e8 * median(cpu[i]) / files) / 100.0},
                                        {"speed_over_baseline_parse_and_score", std::round(1000.0 * median(ratios)) / 1000.0}};
    report["steps"].push_back(row);
    std::printf("%-50s %10.0f %8.0f %12.2f %10.3f\n", all[i].name.c_str(), row["files_per_second"].get<double>(), row["megabytes_per_second"].get<double>(),
                row["cpu_microseconds_per_file"].get<double>(), row["speed_over_baseline_parse_and_score"].get<double>());
  }
  return report;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = arguments_from(argc, argv);
  fs::path folder = arguments.folder;
  if (folder.empty()) {
    folder = fs::temp_directory_path() / ("headscore-limits-" + std::to_string(::getpid()));
    write_files(folder);
  }
  try {
    const nlohmann::ordered_json report = run(arguments, folder);
    if (!arguments.json.empty()) std::ofstream(arguments.json) << report.dump(2) << '\n';
  } catch (const headscore::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  if (arguments.folder.empty()) fs::remove_all(folder);
  return 0;
}
