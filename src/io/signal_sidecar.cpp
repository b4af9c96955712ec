#include "headscore/signal_sidecar.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <ostream>
#include <system_error>
#include <vector>

#include "error/nearest_name.hpp"
#include "headscore/error.hpp"
#include "io/file_bytes.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char* kCode = "bad-signal-sidecar";
constexpr const char* kVersionKey = "headscore_signal";
constexpr std::size_t kMostBytes = std::size_t{16} << 20U;

std::string_view kind_name(SweepKind kind) {
  return kind == SweepKind::kExponential ? "exponential-sweep" : "synchronised-sweep";
}

Location location_at(std::string_view text, const std::string& name, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte, text.size()));
  const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const std::size_t newline = before.rfind('\n');
  return {name, line, newline == std::string_view::npos ? before.size() + 1 : before.size() - newline};
}

/// An object whose keys are taken one by one; what is left over in the end is unknown.
class Keys {
 public:
  Keys(const json& object, std::string_view text, const std::string& name) : object_(object), text_(text), name_(name) {
    if (!object.is_object()) throw Error(kCode, {name, 1, 1}, "JSON that is not an object", "an object");
  }

  [[nodiscard]] const json& take(const std::string& key) {
    known_.push_back(key);
    const auto found = object_.find(key);
    if (found == object_.end()) throw Error(kCode, {name_, 1, 1}, "no key \"" + key + "\"", "the key \"" + key + "\"");
    return *found;
  }

  [[nodiscard]] double number(const std::string& key) {
    const json& value = take(key);
    if (!value.is_number()) refuse(key, "a number");
    return value.get<double>();
  }

  [[nodiscard]] int integer(const std::string& key) {
    const json& value = take(key);
    const bool fits = value.is_number_integer() &&
                      (!value.is_number_unsigned() || value.get<std::uint64_t>() <= std::numeric_limits<int>::max()) &&
                      value.get<std::int64_t>() <= std::numeric_limits<int>::max() &&
                      value.get<std::int64_t>() >= std::numeric_limits<int>::min();
    if (!fits) refuse(key, "a whole number");
    return value.get<int>();
  }

  [[nodiscard]] std::string string(const std::string& key) {
    const json& value = take(key);
    if (!value.is_string()) refuse(key, "a string");
    return value.get<std::string>();
  }

  [[noreturn]] void refuse(const std::string& key, const std::string& wanted) const {
    throw Error(kCode, where(key), "\"" + key + "\" that is none", wanted);
  }

  /// Throws for a key that nobody took.
  void finish() const {
    for (const auto& [key, value] : object_.items()) {
      if (std::find(known_.begin(), known_.end(), key) == known_.end())
        throw Error(kCode, where(key), "the key \"" + key + "\"", suggestion(key, known_));
    }
  }

 private:
  [[nodiscard]] Location where(const std::string& key) const {
    const std::size_t at = text_.find(json(key).dump(-1, ' ', false, json::error_handler_t::replace));
    return at == std::string_view::npos ? Location{name_, 1, 1} : location_at(text_, name_, at);
  }

  const json& object_;
  std::string_view text_;
  const std::string& name_;
  std::vector<std::string> known_;
};

json parsed(std::string_view text, const std::string& name) {
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    throw Error(kCode, location_at(text, name, error.byte == 0 ? 0 : error.byte - 1), "text that is not JSON",
                "a signal's sidecar in JSON");
  } catch (const json::exception&) {
    throw Error(kCode, {name, 1, 1}, "a number that is too large", "a signal's sidecar in JSON");
  }
}

SweepParameters::Fields sweep_fields(Keys& keys, SweepKind kind) {
  SweepParameters::Fields fields;
  fields.kind = kind;
  fields.start_hz = keys.number("start_hz");
  fields.stop_hz = keys.number("stop_hz");
  fields.length_s = keys.number("length_s");
  fields.level_dbfs = keys.number("level_dbfs");
  fields.fade_in_s = keys.number("fade_in_s");
  fields.fade_out_s = keys.number("fade_out_s");
  fields.repeats = keys.integer("repeats");
  return fields;
}

ToneParameters::Fields tone_fields(Keys& keys, std::string_view text, const std::string& name) {
  ToneParameters::Fields fields;
  fields.length_s = keys.number("length_s");
  fields.fade_s = keys.number("fade_s");
  fields.window_frames = keys.integer("window_frames");
  fields.tones.clear();
  const json& tones = keys.take("tones");
  if (!tones.is_array()) keys.refuse("tones", "a list of tones");
  for (const json& tone : tones) {
    Keys of_tone(tone, text, name);
    const double frequency_hz = of_tone.number("frequency_hz");
    fields.tones.push_back({frequency_hz, of_tone.number("level_dbfs")});
    of_tone.finish();
  }
  return fields;
}

/// What sweeps and tones share.
template <typename Fields>
Fields with_surroundings(Fields fields, Keys& keys) {
  fields.sample_rate_hz = keys.number("sample_rate_hz");
  fields.silence_before_s = keys.number("silence_before_s");
  fields.silence_between_s = keys.number("silence_between_s");
  fields.silence_after_s = keys.number("silence_after_s");
  fields.channel = keys.integer("channel");
  fields.channels = keys.integer("channels");
  keys.finish();
  return fields;
}

/// The parameters from their fields; what is wrong with them is told with the file's name.
template <typename Parameters>
TestSignal checked(const typename Parameters::Fields& fields, const std::string& name) {
  try {
    Parameters parameters(fields);
    if (parameters.adjustments().empty()) return parameters;
    throw Error(kCode, {name}, "parameters that are no such signal: " + parameters.adjustments().front().message,
                "the signal's exact parameters");
  } catch (const Error& error) {
    throw Error(error.code(), {name}, error.found(), error.wanted());
  }
}

template <typename Fields>
void add_surroundings(ordered_json& document, const Fields& fields) {
  document["silence_before_s"] = fields.silence_before_s;
  document["silence_between_s"] = fields.silence_between_s;
  document["silence_after_s"] = fields.silence_after_s;
  document["channel"] = fields.channel;
  document["channels"] = fields.channels;
}

ordered_json document_of(const SweepParameters& parameters) {
  const SweepParameters::Fields& fields = parameters.fields();
  ordered_json document{{kVersionKey, kSignalSidecarVersion},
                        {"kind", kind_name(fields.kind)},
                        {"sample_rate_hz", fields.sample_rate_hz}};
  document["start_hz"] = fields.start_hz;
  document["stop_hz"] = fields.stop_hz;
  document["length_s"] = fields.length_s;
  document["level_dbfs"] = fields.level_dbfs;
  document["fade_in_s"] = fields.fade_in_s;
  document["fade_out_s"] = fields.fade_out_s;
  document["repeats"] = fields.repeats;
  add_surroundings(document, fields);
  return document;
}

ordered_json document_of(const ToneParameters& parameters) {
  const ToneParameters::Fields& fields = parameters.fields();
  ordered_json document{
      {kVersionKey, kSignalSidecarVersion}, {"kind", "tones"}, {"sample_rate_hz", fields.sample_rate_hz}};
  document["length_s"] = fields.length_s;
  document["fade_s"] = fields.fade_s;
  document["window_frames"] = fields.window_frames;
  add_surroundings(document, fields);
  document["tones"] = ordered_json::array();
  for (const Tone& tone : fields.tones)
    document["tones"].push_back({{"frequency_hz", tone.frequency_hz}, {"level_dbfs", tone.level_dbfs}});
  return document;
}

}  // namespace

fs::path signal_sidecar_path(const fs::path& audio) { return fs::path(audio.string() + ".json"); }

std::optional<fs::path> found_signal_sidecar(const fs::path& audio) {
  fs::path beside = audio;
  for (const fs::path& path : {signal_sidecar_path(audio), beside.replace_extension(".json")}) {
    std::error_code error;
    if (path != audio && fs::is_regular_file(path, error)) return path;
  }
  return std::nullopt;
}

void write_signal_sidecar(std::ostream& out, const TestSignal& signal) {
  out << std::visit([](const auto& parameters) { return document_of(parameters); }, signal).dump(2) << "\n";
}

TestSignal parsed_signal_sidecar(std::string_view text, const std::string& name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const json document = parsed(text, name);
  Keys keys(document, text, name);
  const int version = keys.integer(kVersionKey);
  if (version != kSignalSidecarVersion) {
    throw Error(kCode, {name, 1, 1}, "a signal's sidecar of version " + std::to_string(version),
                "version " + std::to_string(kSignalSidecarVersion));
  }
  const std::string kind = keys.string("kind");
  for (const SweepKind known : {SweepKind::kExponential, SweepKind::kSynchronised}) {
    if (kind == kind_name(known))
      return checked<SweepParameters>(with_surroundings(sweep_fields(keys, known), keys), name);
  }
  if (kind == "tones") return checked<ToneParameters>(with_surroundings(tone_fields(keys, text, name), keys), name);
  throw Error(kCode, {name, 1, 1}, "the kind \"" + kind + "\"",
              suggestion(kind, {"exponential-sweep", "synchronised-sweep", "tones"}));
}

TestSignal read_signal_sidecar(const fs::path& path) {
  return parsed_signal_sidecar(read_bytes(path, kMostBytes), path.string());
}

}  // namespace headscore
