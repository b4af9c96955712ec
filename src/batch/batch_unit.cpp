#include "batch/batch_unit.hpp"

#include <exception>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "batch/options_identity.hpp"
#include "headscore/audio.hpp"
#include "headscore/scoring_model.hpp"
#include "io/content_hash.hpp"
#include "io/embedded.hpp"
#include "io/file_bytes.hpp"
#include "io/stable_bytes.hpp"
#include "pipeline/files.hpp"

namespace headscore {
namespace {

constexpr std::uint64_t kMostSamples = std::uint64_t{1} << 26U;  ///< of a recording; 512 MB as double
constexpr std::size_t kMostSidecarBytes = std::size_t{1} << 24U;

std::vector<Failure> failures_of(const Outcome& outcome) {
  if (outcome.error) return {*outcome.error};
  std::vector<Failure> failures;
  for (const FileRecord& file : outcome.files) {
    if (file.error) failures.push_back(*file.error);
  }
  failures.insert(failures.end(), outcome.preference_failures.begin(), outcome.preference_failures.end());
  return failures;
}

/// The same from the line of an earlier run.
std::vector<Failure> failures_of(const std::string& line) {
  const auto product = nlohmann::json::parse(line, nullptr, false);
  if (!product.is_object()) return {};
  const auto failure = [](const nlohmann::json& json) {
    return Failure{json.at("code").get<std::string>(), json.at("message").get<std::string>()};
  };
  if (product.at("error").is_object()) return {failure(product.at("error"))};
  std::vector<Failure> failures;
  for (const auto& file : product.at("files")) {
    if (file.at("error").is_object()) failures.push_back(failure(file.at("error")));
  }
  for (const auto& json : product.at("scores").at("preference_failures")) failures.push_back(failure(json));
  return failures;
}

/// What the file is, beside its bytes: a renamed channel is another identity.
void add_placed(ContentHash& hash, const Placed& placed) {
  hash.add_field(placed.identity.product);
  hash.add_field(placed.variant);
  hash.add_field(to_string(placed.identity.channel));
  hash.add_field(placed.identity.seat ? std::to_string(*placed.identity.seat) : "");
  hash.add_field(placed.form ? to_string(*placed.form) : "");
  hash.add_field(placed.form_source);
  hash.add_field(placed.rig.value_or(""));
  const double level = placed.level_spl_db.value_or(-1e9);
  hash.add_field({reinterpret_cast<const char*>(&level), sizeof level});
}

/// A copy: an identity is looked for before a file is scored. Throws Error.
std::string content_of(const MemberContent& content) {
  if (content.error) throw Error(*content.error);
  return content.bytes;
}

std::string path_of(const BatchUnit& unit, std::size_t index) {
  const std::string& folder = unit.folder_path;
  return folder.empty() || folder == "/" ? folder + unit.files[index] : folder + "/" + unit.files[index];
}

}  // namespace

std::string settings_hash(const BatchOptions& options) {
  static const std::string kBundled = [] {
    ContentHash bundled;
    for (const auto& files : {embedded_targets(), embedded_policies()}) {
      for (const EmbeddedFile& file : files) {
        bundled.add_field(file.name);
        bundled.add_field(file.text);
      }
    }
    for (const ScoringModel& model : scoring_models()) {
      bundled.add_field(model.id);
      bundled.add_field(model.version);
    }
    return bundled.hex();
  }();
  ContentHash hash;
  hash.add_field(HEADSCORE_VERSION);
  hash.add_field(kBundled);
  add_options(hash, options.score);
  if (options.sound != nullptr) add_options(hash, options.sound->options());
  hash.add_field(std::string(options.per_file ? "file" : "product") + (options.curves ? " curves" : "") +
                 (options.sha256 ? " sha256" : ""));
  return hash.hex();
}

/// A file of the unit: where it belongs, its content's hash, and, when asked for, what it says.
struct UnitScorer::ReadFile {
  Placed placed;
  FileOutcome file;
  std::optional<FileContent> content;
  std::vector<FileOutcome> more;  ///< the file's channels behind the first
  std::string sweep;              ///< of a recording: hash of the sidecars that tell its sweep

  void add_to(ContentHash& hash) const {
    hash.add_field(file.path);
    add_placed(hash, placed);
    // A file that cannot be read is known by its error, which is the same as long as nothing changes.
    hash.add_field(content ? content->xxh3_128 : file.error->what());
    if (!sweep.empty()) hash.add_field(sweep);
  }
};

UnitScorer::ReadFile UnitScorer::read(const BatchUnit& unit, std::size_t index, bool parse) {
  ReadFile result;
  FileOutcome& file = result.file;
  file.path = path_of(unit, index);
  try {
    result.placed = placed(*unit.facts, file.path, unit.own_sidecar[index]);
  } catch (const Error& error) {
    result.placed.identity = identity_from_name(file.path);
    file.error = error;
    return result;
  }
  const ReadOptions options;
  try {
    std::string bytes = unit.contents.empty() ? read_stable(file.path, options.most_bytes, reader_.lent_memory())
                                              : content_of(unit.contents[index]);
    result.content = FileContent{hash128_hex(bytes), bytes.size()};
    if (options_.sound != nullptr && looks_like_audio(bytes)) result.sweep = sweep_hash(unit.folder_path);
    if (parse) understand(result, std::move(bytes));
  } catch (const Error& error) {
    file.error = error;
  } catch (const std::exception& error) {
    file.error = Error("unreadable", {file.path}, error.what(), "a file that can be read");
  }
  return result;
}

/// `file` with the measurement that `bytes` hold. Throws Error.
void UnitScorer::understand(ReadFile& file, std::string bytes) {
  if (!file.sweep.empty()) {
    understand_sound(file, bytes);
    return;
  }
  ReadOptions options;
  options.sha256 = options_.sha256;
  options.phase = false;
  std::vector<Measurement> channels = reader_.parsed_channels(std::move(bytes), file.file.path, options);
  file.file.measurement = std::move(channels.front());
  for (std::size_t i = 1; i < channels.size(); ++i)
    file.more.push_back({file.file.path, std::move(channels[i]), std::nullopt});
}

void UnitScorer::understand_sound(ReadFile& file, const std::string& bytes) const {
  AudioReadOptions reading;
  reading.most_samples = kMostSamples;
  std::vector<FileOutcome> outcomes =
      recording_outcomes(options_.sound->analysed(parsed_audio(bytes, file.file.path, reading)),
                         options_.sha256 ? std::optional(sha256_hex(bytes)) : std::nullopt);
  file.file = std::move(outcomes.front());
  file.more.assign(std::make_move_iterator(outcomes.begin() + 1), std::make_move_iterator(outcomes.end()));
}

/// Of the sidecars that tell a folder's sweep; never "".
const std::string& UnitScorer::sweep_hash(const std::string& folder) {
  if (sweep_folder_ == folder) return sweep_hash_;
  ContentHash hash;
  for (const std::filesystem::path& sidecar : options_.sound->sweep_sidecars(folder)) {
    hash.add_field(sidecar.filename().string());
    hash.add_field(read_bytes(sidecar, kMostSidecarBytes));
  }
  sweep_folder_ = folder;
  sweep_hash_ = hash.hex();
  return sweep_hash_;
}

void UnitScorer::count(const FileContent& content) const {
  monitor_.files_read.fetch_add(1, std::memory_order_relaxed);
  monitor_.bytes_read.fetch_add(content.bytes, std::memory_order_relaxed);
}

std::string UnitScorer::identity_only(const BatchUnit& unit, std::vector<FileContent>& contents) {
  ContentHash hash;
  hash.add_field(settings_hash_);
  hash.add_field(unit.name);
  if (unit.failure) hash.add_field(unit.failure->message);
  for (std::size_t i = 0; i < unit.files.size(); ++i) {
    const ReadFile file = read(unit, i, false);
    file.add_to(hash);
    if (file.content) contents.push_back(*file.content);
  }
  return hash.hex();
}

UnitResult UnitScorer::scored_anew(const BatchUnit& unit) {
  ContentHash hash;
  hash.add_field(settings_hash_);
  hash.add_field(unit.name);
  Outcome outcome;
  std::map<std::string, FileContent> contents;
  if (unit.failure) {
    hash.add_field(unit.failure->message);
    outcome.product = unit.folder_path;
    outcome.error = unit.failure;
  } else {
    Product product;
    for (std::size_t i = 0; i < unit.files.size(); ++i) {
      ReadFile read_file = read(unit, i, true);
      read_file.add_to(hash);
      if (product.name.empty()) product.name = options_.per_file ? read_file.placed.identity.product : unit.name;
      if (read_file.content) {
        count(*read_file.content);
        contents.emplace(read_file.file.path, *read_file.content);
      }
      add_file(product, std::move(read_file.file), read_file.placed);
      for (FileOutcome& channel : read_file.more) add_file(product, std::move(channel), read_file.placed);
    }
    finish_product(product);
    outcome = scored(product, context_);
  }
  UnitResult result;
  result.line = result_line(unit, hash.hex(), outcome, contents, options_.curves);
  result.outcome = line_head(result.line)->outcome;
  result.failures = failures_of(outcome);
  return result;
}

UnitResult UnitScorer::result(const BatchUnit& unit, const std::vector<std::string>& earlier) {
  if (!earlier.empty()) {
    std::vector<FileContent> contents;
    const std::string identity = identity_only(unit, contents);
    for (const std::string& line : earlier) {
      const std::optional<LineHead> head = line_head(line);
      if (!head || head->identity != identity) continue;
      for (const FileContent& content : contents) count(content);  // those of a product scored anew count there
      UnitResult result{line, head->outcome, {}, true};
      if (result.outcome != "scored") result.failures = failures_of(line);
      return result;
    }
  }
  return scored_anew(unit);
}

}  // namespace headscore
