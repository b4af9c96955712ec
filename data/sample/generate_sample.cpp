// Makes the sample measurements of this folder: two invented over-ear headphones, in the layout of a REW text export.
//
//     generate_sample TARGET.csv OUTPUT_FOLDER [COMMITTED_FOLDER]
//
// TARGET.csv is targets/harman-oe-2018.csv. With COMMITTED_FOLDER the files made are compared with those in it, byte
// for byte; the exit status is 1 when one differs.
//
// How: the target, plus second-order shelves and bells (what makes the headphone), plus bells of random gain per seat,
// plus 0.02 dB of jitter. The seats' random gains have the spread by band that was measured on real reseats: a leak at
// the low end, a shift of the treble above 6 kHz. Their mean over the seats of a channel is taken out, so that the
// channels differ by what was meant and no more. The phase is the minimum phase of the magnitude (Bode's integral). The
// random numbers are SplitMix64's, so the bytes do not depend on a standard library.
#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr int kSeats = 3;
constexpr double kLevelDb = 94.0;  ///< SPL at 1 kHz

/// SplitMix64 (Steele, Lea, Flood 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  double uniform() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return static_cast<double>((z ^ (z >> 31U)) >> 11U) * 0x1.0p-53;
  }
  /// Standard deviation 1: the sum of twelve uniform numbers, for it needs no libm.
  double normal() {
    double sum = -6.0;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }

 private:
  std::uint64_t state_;
};

/// A second-order analogue filter (Bristow-Johnson's prototypes).
struct Filter {
  enum class Kind { kBell, kLowShelf, kHighShelf };
  Kind kind = Kind::kBell;
  double frequency_hz = 1000.0;
  double gain_db = 0.0;
  double q = 1.0;
};

double magnitude_db(const Filter& filter, double frequency_hz) {
  const std::complex<double> s(0.0, frequency_hz / filter.frequency_hz);
  const double a = std::pow(10.0, filter.gain_db / 40.0);
  const double r = std::sqrt(a);
  std::complex<double> h;
  switch (filter.kind) {
    case Filter::Kind::kBell:
      h = (s * s + s * (a / filter.q) + 1.0) / (s * s + s / (a * filter.q) + 1.0);
      break;
    case Filter::Kind::kLowShelf:
      h = a * (s * s + s * (r / filter.q) + a) / (a * s * s + s * (r / filter.q) + 1.0);
      break;
    case Filter::Kind::kHighShelf:
      h = a * (a * s * s + s * (r / filter.q) + 1.0) / (s * s + s * (r / filter.q) + a);
      break;
  }
  return 20.0 * std::log10(std::abs(h));
}

Eigen::ArrayXd magnitude_db(const std::vector<Filter>& filters, const Eigen::ArrayXd& frequency_hz) {
  Eigen::ArrayXd sum = Eigen::ArrayXd::Zero(frequency_hz.size());
  for (const Filter& filter : filters) {
    for (Eigen::Index i = 0; i < sum.size(); ++i) sum[i] += magnitude_db(filter, frequency_hz[i]);
  }
  return sum;
}

/// Shape (n), Hz: every f = start * 2^(k / per_octave) up to stop.
Eigen::ArrayXd log_axis(double start_hz, double stop_hz, int per_octave) {
  const auto count = static_cast<Eigen::Index>(std::floor(std::log2(stop_hz / start_hz) * per_octave + 1e-9)) + 1;
  Eigen::ArrayXd axis(count);
  for (Eigen::Index k = 0; k < count; ++k) axis[k] = start_hz * std::exp2(static_cast<double>(k) / per_octave);
  return axis;
}

struct TargetRows {
  std::vector<double> frequency_hz;
  std::vector<double> level_db;
};

TargetRows read_target(const std::filesystem::path& path) {
  std::ifstream file(path);
  TargetRows rows;
  for (std::string line; std::getline(file, line);) {
    double frequency_hz = 0.0;
    double level_db = 0.0;
    if (std::sscanf(line.c_str(), "%lf,%lf", &frequency_hz, &level_db) != 2) continue;
    rows.frequency_hz.push_back(frequency_hz);
    rows.level_db.push_back(level_db);
  }
  if (rows.frequency_hz.size() < 2) throw std::runtime_error("no target in " + path.string());
  return rows;
}

/// The target on the axis, linear in dB over log frequency; level below it, its last slope above it; and the high-pass
/// of second order at 6 Hz that any sealed headphone and its amplifier have.
Eigen::ArrayXd wanted_db(const TargetRows& target, const Eigen::ArrayXd& frequency_hz) {
  Eigen::ArrayXd level(frequency_hz.size());
  for (Eigen::Index i = 0; i < level.size(); ++i) {
    const double f = frequency_hz[i];
    std::size_t k = 1;
    while (k + 1 < target.frequency_hz.size() && target.frequency_hz[k] < f) ++k;
    const double part = std::log(std::max(f, target.frequency_hz.front()) / target.frequency_hz[k - 1]) /
                        std::log(target.frequency_hz[k] / target.frequency_hz[k - 1]);
    level[i] = target.level_db[k - 1] + part * (target.level_db[k] - target.level_db[k - 1]);
    level[i] -= 10.0 * std::log10(1.0 + std::pow(6.0 / f, 4.0));
  }
  return level;
}

/// Minimum phase in degrees within +-180, of a magnitude on a logarithmic axis: 1/pi * integral of dA/du * ln coth
/// |u/2| du, A in neper, u = ln f, with straight segments. The integral of ln coth(x/2) from 0 is 2 * sum over odd k of
/// (1 - e^-kx) / k^2.
Eigen::ArrayXd minimum_phase_deg(const Eigen::ArrayXd& frequency_hz, const Eigen::ArrayXd& level_db) {
  const Eigen::Index n = level_db.size();
  const double step = std::log(frequency_hz[1] / frequency_hz[0]);
  Eigen::ArrayXd weight = Eigen::ArrayXd::Zero(n);
  for (Eigen::Index i = 1; i < n; ++i) {
    for (int k = 1; k < 4000; k += 2)
      weight[i] += 2.0 * (1.0 - std::exp(-k * step * static_cast<double>(i))) / (static_cast<double>(k) * k);
  }
  const double whole = kPi * kPi / 4.0;
  Eigen::ArrayXd phase(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto slope = [&](Eigen::Index k) { return (level_db[k + 1] - level_db[k]) * (std::log(10.0) / 20.0) / step; };
    double sum = slope(0) * (whole - weight[i]) + slope(n - 2) * (whole - weight[n - 1 - i]);
    for (Eigen::Index k = 0; k + 1 < n; ++k)
      sum += slope(k) * std::abs(weight[std::abs(k + 1 - i)] - weight[std::abs(k - i)]);
    phase[i] = std::remainder(sum / kPi * 180.0, 360.0);
  }
  return phase;
}

std::string formatted(double value, int decimals) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

std::string head(const std::string& title, const std::string& kind, const std::string& step, const std::string& start) {
  return "* " + kind +
         " in the layout of a REW V5.20 text export, made by headscore's generate_sample\n"
         "* Source: none: the headphone is invented and nothing was measured\n"
         "* Format: Calculated from filters; sample rate 192000 Hz\n"
         "* REW Settings:\n"
         "*  C-weighting compensation: Off\n"
         "* Note: 94 dB SPL at 1 kHz\n"
         "* Measurement: " +
         title +
         "\n"
         "* Smoothing: None\n"
         "* Frequency Step: " +
         step +
         "\n"
         "* Start Frequency: " +
         start +
         " Hz\n"
         "*\n";
}

struct Recording {
  std::string name;  ///< the file's stem
  std::string text;
};

std::string response_text(const std::string& title, const Eigen::ArrayXd& frequency_hz, const Eigen::ArrayXd& level_db,
                          Random& random) {
  const Eigen::ArrayXd phase = minimum_phase_deg(frequency_hz, level_db);
  std::string text = head(title, "Measurement data", "48 ppo", "2.000") + "* Freq(Hz)\tSPL(dB)\tPhase(degrees)\n";
  for (Eigen::Index i = 0; i < level_db.size(); ++i) {
    const double jitter_db = 0.04 * (random.uniform() - 0.5);
    text += formatted(frequency_hz[i], 6) + "\t" + formatted(level_db[i] + jitter_db, 3) + "\t" +
            formatted(phase[i], 4) + "\n";
  }
  return text;
}

/// THD about 0.1 % in the midrange, rising below 200 Hz as the excursion does; the second and third harmonics dominate.
std::string distortion_text(const std::string& title, double midrange_percent,
                            const std::vector<double>& fundamental_db, const Eigen::ArrayXd& frequency_hz,
                            Random& random) {
  std::string text =
      head(title, "Distortion data", "12 ppo", "20.00") + "* Freq(Hz)\tFundamental(dB)\tTHD(%)\tNoise(%)";
  for (int order = 2; order <= 9; ++order) text += "\tH" + std::to_string(order) + "(%)";
  text += "\n";
  for (Eigen::Index i = 0; i < frequency_hz.size(); ++i) {
    const double excess = std::pow(100.0 / frequency_hz[i], 1.2);
    double squares = 0.0;
    std::string harmonics;
    for (int order = 2; order <= 9; ++order) {
      const double bass = order % 2 == 1 ? 0.30 : 0.16;  // a symmetric suspension: odd orders rise more
      const double share = std::pow(0.42, order - 2) * (0.9 + bass * excess) * (1.0 + 0.05 * random.normal());
      const double percent = 0.85 * midrange_percent * std::max(share, 0.0);
      squares += percent * percent;
      harmonics += "\t" + formatted(percent, 6);
    }
    text += formatted(frequency_hz[i], 6) + "\t" + formatted(fundamental_db[static_cast<std::size_t>(i)], 3) + "\t" +
            formatted(std::sqrt(squares), 6) + "\t" + formatted(0.02 * (1.0 + 0.3 * random.uniform()), 6) + harmonics +
            "\n";
  }
  return text;
}

/// Bells that one reseat adds: centre, Q, and the standard deviation of the gain that reseats of real headphones show
/// there.
std::vector<std::vector<Filter>> seat_filters(Random& random) {
  struct Region {
    double frequency_hz, q, sd_db;
  };
  constexpr std::array<Region, 7> kRegions = {{{35.0, 0.5, 0.45},
                                               {120.0, 0.8, 0.25},
                                               {500.0, 0.8, 0.12},
                                               {1800.0, 1.0, 0.25},
                                               {4200.0, 2.0, 0.40},
                                               {7600.0, 3.0, 1.10},
                                               {12500.0, 3.0, 1.60}}};
  std::vector<std::vector<Filter>> seats(kSeats);
  for (const Region& region : kRegions) {
    std::array<double, kSeats> gain_db{};
    double mean = 0.0;
    for (double& gain : gain_db) mean += (gain = region.sd_db * random.normal()) / kSeats;
    for (std::size_t seat = 0; seat < kSeats; ++seat) {
      seats[seat].push_back({Filter::Kind::kBell, region.frequency_hz, gain_db[seat] - mean, region.q});
    }
  }
  return seats;
}

struct Headphone {
  std::string name;
  bool reseated = false;
  std::vector<Filter> filters;
  std::array<std::vector<Filter>, 2> channel_filters;  ///< what L and R have of their own
  double thd_percent = 0.1;
};

std::vector<Headphone> headphones() {
  using Kind = Filter::Kind;
  Headphone v;
  v.name = "Sample V-One";
  v.reseated = true;
  v.filters = {{Kind::kLowShelf, 130.0, 6.0, 0.7},
               {Kind::kBell, 900.0, -2.5, 0.5},
               {Kind::kHighShelf, 5200.0, 4.0, 0.7},
               {Kind::kBell, 4500.0, -5.0, 3.5},
               {Kind::kBell, 8500.0, 4.5, 4.0}};
  v.channel_filters = {{{{Kind::kBell, 250.0, 0.3, 1.0}, {Kind::kBell, 3200.0, -0.3, 2.0}},
                        {{Kind::kBell, 250.0, -0.2, 1.0}, {Kind::kBell, 6500.0, 0.5, 2.0}}}};
  v.thd_percent = 0.15;
  Headphone neutral;
  neutral.name = "Sample Neutral";
  neutral.filters = {{Kind::kBell, 60.0, 0.5, 0.8},
                     {Kind::kBell, 1800.0, -0.5, 1.0},
                     {Kind::kBell, 5500.0, 0.6, 2.0},
                     {Kind::kBell, 9000.0, -0.6, 2.0}};
  neutral.channel_filters = {{{{Kind::kBell, 3000.0, 0.2, 2.0}}, {{Kind::kBell, 400.0, 0.15, 1.0}}}};
  neutral.thd_percent = 0.08;
  return {v, neutral};
}

std::vector<Recording> recordings_of(const Headphone& headphone, const TargetRows& target, Random& random) {
  const Eigen::ArrayXd axis = log_axis(2.0, 22000.0, 48);
  const Eigen::ArrayXd distortion_axis = log_axis(20.0, 10300.0, 12);
  std::vector<Recording> recordings;
  for (std::size_t channel = 0; channel < 2; ++channel) {
    const std::string stem = headphone.name + (channel == 0 ? " L" : " R");
    const auto level = [&](const Eigen::ArrayXd& frequency_hz) -> Eigen::ArrayXd {
      return kLevelDb + wanted_db(target, frequency_hz) + magnitude_db(headphone.filters, frequency_hz) +
             magnitude_db(headphone.channel_filters[channel], frequency_hz);
    };
    const double at_1k = level(Eigen::ArrayXd::Constant(1, 1000.0))[0] - kLevelDb;
    if (headphone.reseated) {
      const std::vector<std::vector<Filter>> seats = seat_filters(random);
      for (std::size_t seat = 0; seat < seats.size(); ++seat) {
        const std::string name = stem + std::to_string(seat + 1);
        recordings.push_back(
            {name, response_text(name, axis, level(axis) - at_1k + magnitude_db(seats[seat], axis), random)});
      }
    } else {
      recordings.push_back({stem, response_text(stem, axis, level(axis) - at_1k, random)});
    }
    const Eigen::ArrayXd fundamental = level(distortion_axis) - at_1k;
    recordings.push_back(
        {stem + " distortion", distortion_text(stem, headphone.thd_percent, {fundamental.begin(), fundamental.end()},
                                               distortion_axis, random)});
  }
  return recordings;
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Writes a file; false when it differs from the one committed.
bool written(const std::string& name, const std::string& text, const std::filesystem::path& folder,
             const std::filesystem::path& committed) {
  std::ofstream file(folder / name, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw std::runtime_error("cannot write " + (folder / name).string());
  if (committed.empty() || bytes_of(committed / name) == text) return true;
  std::fprintf(stderr, "%s differs from the one in %s\n", name.c_str(), committed.string().c_str());
  return false;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3 && argc != 4)
    throw std::runtime_error("usage: generate_sample TARGET.csv OUTPUT_FOLDER [COMMITTED_FOLDER]");
  const TargetRows target = read_target(argv[1]);
  const std::filesystem::path folder = argv[2];
  const std::filesystem::path committed = argc == 4 ? argv[3] : "";
  std::filesystem::create_directories(folder);
  bool same = written("headscore.json", "{\"form\": \"over-ear\", \"rig\": \"gras-45ca\", \"level_spl_db\": 94}\n",
                      folder, committed);
  Random random(20250731);
  for (const Headphone& headphone : headphones()) {
    for (const Recording& recording : recordings_of(headphone, target, random)) {
      same = written(recording.name + ".txt", recording.text, folder, committed) && same;
    }
  }
  return same ? 0 : 1;
} catch (const std::exception& problem) {
  std::fprintf(stderr, "generate_sample: %s\n", problem.what());
  return 2;
}
