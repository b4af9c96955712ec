#include "pipeline/placing.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <system_error>
#include <tuple>
#include <utility>

#include "headscore/interpolation.hpp"
#include "headscore/reader.hpp"
#include "io/text_lines.hpp"
#include "pipeline/identity.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;

constexpr double kLeakDb = 5.0;  ///< reseats of sealed headphones spread by less than 1 dB here

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

const PhoneBookEntry* book_entry(const FolderFacts& folder, const std::string& name) {
  const auto exact = folder.book.find(name);
  if (exact != folder.book.end()) return &exact->second;
  const auto lower = folder.lower_names.find(lowered(name));
  return lower == folder.lower_names.end() ? nullptr : &folder.book.at(lower->second);
}

void apply(const Sidecar& sidecar, Placed& placed) {
  if (sidecar.product) {
    placed.identity.product = *sidecar.product;
    placed.variant.clear();
  }
  if (sidecar.channel) placed.identity.channel = *sidecar.channel;
  if (sidecar.seat) placed.identity.seat = sidecar.seat;
  if (sidecar.rig) placed.rig = sidecar.rig;
  if (sidecar.level_spl_db) placed.level_spl_db = sidecar.level_spl_db;
  if (sidecar.form) {
    placed.form = sidecar.form;
    placed.form_source = "sidecar";
  }
}

/// "L X.txt" beside "R X.txt": only the pair tells that the letter is a channel.
void take_channel_of_twin(const FolderFacts& folder, const fs::path& path, Identity& identity) {
  for (const ChannelSplit& split : channel_splits(path)) {
    if (!std::binary_search(folder.stems.begin(), folder.stems.end(), split.twin)) continue;
    identity = {split.product, split.channel, std::nullopt};
    return;
  }
}

bool is_second_writing(const Measurement& measurement) {
  const std::vector<Warning>& warnings = measurement.warnings();
  return std::any_of(warnings.begin(), warnings.end(), [](const Warning& w) { return w.code == "written-twice"; });
}

/// More than one file for a channel, and no number that makes them seats.
void note_unnumbered(Product& product) {
  for (const Channel channel : {Channel::kLeft, Channel::kRight}) {
    const auto own = [&](const Measurement& m) {
      return m.identity().channel == channel && m.response() && !m.distortion() && !is_second_writing(m);
    };
    const auto unnumbered = [&](const Measurement& m) { return own(m) && !m.identity().seat; };
    const auto count = std::count_if(product.measurements.begin(), product.measurements.end(), own);
    if (count < 2 || std::none_of(product.measurements.begin(), product.measurements.end(), unnumbered)) continue;
    product.reasons.push_back({"seats-unnumbered", std::to_string(count) + " files for channel " +
                                                       std::string(to_string(channel)) +
                                                       " without seat numbers: they were taken as seats"});
  }
  const auto has = [&](Channel channel) {
    return std::any_of(product.measurements.begin(), product.measurements.end(), [&](const Measurement& m) {
      return m.identity().channel == channel && m.response() && !m.distortion();
    });
  };
  if (has(Channel::kUnknown) && (has(Channel::kLeft) || has(Channel::kRight))) {
    product.reasons.push_back(
        {"channel-unnamed",
         "a file without a channel stands beside files with one: it counts as a channel of its own"});
  }
}

/// A file that was copied over the other channel's, or over another seat's.
void note_identical(Product& product) {
  for (std::size_t i = 0; i < product.measurements.size(); ++i) {
    for (std::size_t k = i + 1; k < product.measurements.size(); ++k) {
      Measurement& a = product.measurements[i];
      Measurement& b = product.measurements[k];
      if (!same_response(a, b)) continue;
      const char* code = a.identity().channel != b.identity().channel ? "identical-channels" : "identical-seats";
      const auto name = [&](const Measurement& m) {
        const std::string file = fs::path(m.path()).filename().string();
        return a.path() != b.path() ? file : "channel " + std::string(to_string(m.identity().channel)) + " of " + file;
      };
      const std::string first = name(a);
      const std::string second = name(b);
      product.reasons.push_back({code, first + " and " + second + " hold the same numbers: one is a copy"});
      add_warning(a, code, "holds the same numbers as " + second);
      add_warning(b, code, "holds the same numbers as " + first);
    }
  }
}

/// "X.txt" and "X.csv" of one response, as `headscore measure` writes them.
bool written_twice(const Measurement& a, const Measurement& b) {
  constexpr double kRoundingDb = 0.1;  ///< of one format's grid in the other; reseats differ by more
  const fs::path first = a.path();
  const fs::path second = b.path();
  if (first == second || fs::path(first).replace_extension() != fs::path(second).replace_extension()) return false;
  if (!a.response() || !b.response() || a.distortion() || b.distortion()) return false;
  std::vector<double> apart_db;  // levels may be normalised in one of them
  for (double f = 30.0; f < 16000.0; f *= 1.06) {
    const std::optional<double> one = level_at(*a.response(), f);
    const std::optional<double> other = level_at(*b.response(), f);
    if (one && other) apart_db.push_back(*one - *other);
  }
  constexpr std::size_t kLeastCompared = 50;
  if (apart_db.size() < kLeastCompared) return false;
  const auto [least, most] = std::minmax_element(apart_db.begin(), apart_db.end());
  return *most - *least <= 2.0 * kRoundingDb;
}

void note_written_twice(Product& product) {
  for (std::size_t i = 0; i < product.measurements.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      const Measurement& first = product.measurements[k];
      if (!written_twice(first, product.measurements[i])) continue;
      const std::string name = fs::path(first.path()).filename().string();
      product.reasons.push_back({"written-twice", fs::path(product.measurements[i].path()).filename().string() +
                                                      " and " + name + " hold one measurement: it counts once"});
      add_warning(product.measurements[i], "written-twice", "holds the measurement of " + name);
      break;
    }
  }
}

/// A seat whose bass falls behind that of the channel's other seats: the pad did not seal. Levels are compared against
/// 300 Hz to 1 kHz.
void note_leaks(Product& product) {
  if (product.measurements.size() < 2) return;
  for (const Channel channel : {Channel::kLeft, Channel::kRight, Channel::kUnknown}) {
    const auto is_of_channel = [channel](const Measurement& m) { return m.identity().channel == channel; };
    if (std::count_if(product.measurements.begin(), product.measurements.end(), is_of_channel) < 2) continue;
    std::vector<std::pair<double, const Measurement*>> bass_db;
    for (const Measurement& measurement : product.measurements) {
      if (!is_of_channel(measurement) || !measurement.response()) continue;
      const std::optional<double> bass = mean_level_db(*measurement.response(), {30.0, 80.0});
      const std::optional<double> mids = mean_level_db(*measurement.response(), {300.0, 1000.0});
      if (bass && mids) bass_db.emplace_back(*bass - *mids, &measurement);
    }
    if (bass_db.size() < 2) continue;
    std::vector<double> sorted;
    for (const auto& [level, measurement] : bass_db) sorted.push_back(level);
    std::sort(sorted.begin(), sorted.end());
    const double expected = sorted.size() == 2 ? sorted[1] : sorted[sorted.size() / 2];
    for (const auto& [level, measurement] : bass_db) {
      if (level > expected - kLeakDb) continue;
      char text[160];
      std::snprintf(text, sizeof text, ": 30-80 Hz is %.1f dB below the %s of the other seats: the seal may leak",
                    expected - level, sorted.size() == 2 ? "level" : "median");
      product.reasons.push_back({"leak-suspected", fs::path(measurement->path()).filename().string() + text});
    }
  }
}

}  // namespace

void add_warning(Measurement& measurement, const char* code, std::string message) {
  Measurement::Fields fields = measurement.fields();
  fields.warnings.push_back({code, 0, std::move(message)});
  measurement = Measurement(std::move(fields));
}

FolderFacts read_folder_facts(const fs::path& path, std::vector<std::string> stems) {
  FolderFacts folder;
  folder.stems = std::move(stems);
  std::sort(folder.stems.begin(), folder.stems.end());
  try {
    if (const fs::path book = path / "phone_book.json"; is_file(book)) folder.book = read_phone_book(book);
    if (const fs::path sidecar = path / "headscore.json"; is_file(sidecar)) folder.sidecar = read_sidecar(sidecar);
  } catch (const Error& error) {
    folder.error = error;
  }
  for (const auto& [name, entry] : folder.book) folder.lower_names.emplace(lowered(name), name);
  return folder;
}

FolderFacts folder_facts(const std::map<std::string, std::string>& companions, const fs::path& path,
                         std::vector<std::string> stems) {
  FolderFacts folder;
  folder.stems = std::move(stems);
  std::sort(folder.stems.begin(), folder.stems.end());
  try {
    for (const auto& [name, text] : companions) {
      if (name == "phone_book.json") {
        folder.book = parsed_phone_book(text, path / name);
      } else if (name == "headscore.json") {
        folder.sidecar = parsed_sidecar(text, path / name);
      } else {
        folder.own_sidecars.emplace(name, text);
      }
    }
  } catch (const Error& error) {
    folder.error = error;
  }
  for (const auto& [name, entry] : folder.book) folder.lower_names.emplace(lowered(name), name);
  return folder;
}

bool has_own_sidecar(const fs::path& path) { return is_file(path.string() + ".headscore.json"); }

Placed placed(const FolderFacts& folder, const fs::path& path, bool own_sidecar) {
  if (folder.error) throw Error(*folder.error);
  Placed result;
  result.identity = identity_from_name(path);
  if (result.identity.channel == Channel::kUnknown) take_channel_of_twin(folder, path, result.identity);
  result.variant = sbaf_rig(path);
  // "ER4 R.txt" that the book calls a phone of its own has no channel.
  const PhoneBookEntry* entry = book_entry(folder, result.identity.product);
  if (entry == nullptr) {
    entry = book_entry(folder, stem_without_extensions(path));
    if (entry != nullptr) result.identity = {entry->product, Channel::kUnknown, std::nullopt};
  }
  if (entry != nullptr) {
    result.identity.product = entry->product;
    result.form = entry->form;
    if (entry->form) result.form_source = "phone-book";
  } else if (!folder.book.empty()) {
    result.variant = "not in the phone book";
  }
  apply(folder.sidecar, result);
  if (!own_sidecar) return result;
  const fs::path beside = path.string() + ".headscore.json";
  const auto text = folder.own_sidecars.find(beside.filename().string());
  apply(text == folder.own_sidecars.end() ? read_sidecar(beside) : parsed_sidecar(text->second, beside), result);
  return result;
}

void add_file(Product& product, FileOutcome file, const Placed& placed) {
  if (!product.form && placed.form) {
    product.form = placed.form;
    product.form_source = placed.form_source;
  }
  if (!product.rig) product.rig = placed.rig;
  if (file.error) {
    FileRecord record;
    record.path = file.path;
    record.channel = placed.identity.channel;
    record.seat = placed.identity.seat;
    record.error = Failure{file.error->code(), file.error->what()};
    product.refused.push_back(std::move(record));
    return;
  }
  Measurement::Fields fields = std::move(*file.measurement).fields();
  // Channels of one file know their sides; its name does not tell two of them.
  const Channel side = fields.provenance.channel;
  fields.identity = placed.identity;
  fields.identity.product = product.name;
  if (side != Channel::kUnknown) fields.identity.channel = side;
  if (placed.level_spl_db && !fields.provenance.level_spl_db) fields.provenance.level_spl_db = placed.level_spl_db;
  product.measurements.emplace_back(std::move(fields));
}

void finish_product(Product& product) {
  const auto key = [](const Measurement& m) {
    const int channel = m.identity().channel == Channel::kLeft ? 0 : (m.identity().channel == Channel::kRight ? 1 : 2);
    return std::make_tuple(channel, m.identity().seat.value_or(0));
  };
  std::stable_sort(product.measurements.begin(), product.measurements.end(),
                   [&](const Measurement& a, const Measurement& b) { return key(a) < key(b); });
  note_written_twice(product);
  note_unnumbered(product);
  note_identical(product);
  note_leaks(product);
}

bool same_response(const Measurement& a, const Measurement& b) {
  if (!a.response() || !b.response() || a.response()->size() != b.response()->size()) return false;
  return (a.response()->magnitude_db() == b.response()->magnitude_db()).all() &&
         (a.response()->frequency_hz() == b.response()->frequency_hz()).all();
}

}  // namespace headscore
