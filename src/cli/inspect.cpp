// headscore inspect: what was understood of each file.
#include <fmt/format.h>

#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <thread>

#include "cli/command.hpp"
#include "io/output_file.hpp"
#include "io/text_format.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;
using nlohmann::ordered_json;

/// A file with the place and the warnings that grouping gave it.
struct Entry {
  std::string path;
  std::optional<Measurement> measurement;
  std::optional<Failure> failure;
  Location where;  ///< of the failure
  Identity identity;
};

/// In the order the files were given; a file of two channels has two.
std::vector<Entry> inspected(const std::vector<std::string>& paths, int jobs) {
  std::vector<FileOutcome> files = read_arguments(paths, {}, jobs);
  std::vector<Entry> entries;
  std::multimap<std::string, std::size_t> index;  ///< by path: its entries, in order
  for (const FileOutcome& file : files) {
    index.emplace(file.path, entries.size());
    entries.push_back({file.path, std::nullopt, std::nullopt, file.error ? file.error->where() : Location{}, {}});
  }
  const auto taken = [&](const std::string& path) -> Entry& { return entries[index.extract(path).mapped()]; };
  for (const Product& product : grouped(std::move(files))) {
    for (const Measurement& measurement : product.measurements) {
      Entry& entry = taken(measurement.path());
      entry.measurement = measurement;
      entry.identity = measurement.identity();
    }
    for (const FileRecord& refused : product.refused) {
      Entry& entry = taken(refused.path);
      entry.failure = refused.error;
      entry.identity = {product.name, refused.channel, refused.seat};
    }
  }
  return entries;
}

const Eigen::ArrayXd& frequencies_of(const Measurement& measurement) {
  return measurement.response() ? measurement.response()->frequency_hz()
                                : measurement.distortion()->columns().frequency_hz;
}

/// Without the last bits that kHz x 1000 leaves: 12 digits.
double as_given(double frequency_hz) { return std::stod(fmt::format("{:.12g}", frequency_hz)); }

ordered_json json_of(const Entry& file) {
  const Identity& identity = file.identity;
  ordered_json object;
  object["path"] = file.path;
  const Measurement* measurement = file.measurement ? &*file.measurement : nullptr;
  const Eigen::ArrayXd* frequency_hz = measurement != nullptr ? &frequencies_of(*measurement) : nullptr;
  object["points"] = measurement != nullptr ? ordered_json(measurement->points()) : ordered_json(0);
  object["start_hz"] = frequency_hz != nullptr ? ordered_json(as_given((*frequency_hz)[0])) : ordered_json();
  object["stop_hz"] =
      frequency_hz != nullptr ? ordered_json(as_given((*frequency_hz)[frequency_hz->size() - 1])) : ordered_json();
  object["columns"] = measurement != nullptr ? ordered_json(measurement->fields().columns) : ordered_json::array();
  object["dialect"] = measurement != nullptr ? ordered_json(measurement->provenance().dialect) : ordered_json();
  object["encoding"] = measurement != nullptr ? ordered_json(measurement->provenance().encoding) : ordered_json();
  object["delimiter"] = measurement != nullptr ? ordered_json(measurement->provenance().delimiter) : ordered_json();
  object["smoothing"] = measurement != nullptr ? ordered_json(measurement->provenance().smoothing) : ordered_json();
  object["compensated"] = measurement != nullptr ? ordered_json(measurement->fields().compensated) : ordered_json();
  object["product"] = identity.product;
  object["channel"] =
      identity.channel == Channel::kUnknown ? ordered_json() : ordered_json(to_string(identity.channel));
  object["seat"] = identity.seat ? ordered_json(*identity.seat) : ordered_json();
  object["warnings"] = ordered_json::array();
  if (measurement != nullptr) {
    for (const Warning& warning : measurement->warnings()) {
      object["warnings"].push_back({{"code", warning.code}, {"line", warning.line}, {"message", warning.message}});
    }
  }
  object["error"] = file.failure ? ordered_json{{"code", file.failure->code},
                                                {"line", file.where.line},
                                                {"column", file.where.column},
                                                {"message", file.failure->message}}
                                 : ordered_json();
  return object;
}

struct Counted {
  std::size_t files = 0;  ///< a file of two channels is one
  std::size_t refused = 0;
};

Counted counted_of(const std::vector<Entry>& all) {
  std::set<std::string_view> paths;
  Counted result;
  for (const Entry& file : all) {
    paths.insert(file.path);
    result.refused += file.measurement ? 0U : 1U;
  }
  result.files = paths.size();
  return result;
}

void write_json(std::ostream& out, const std::vector<Entry>& all) {
  const auto [files, refused] = counted_of(all);
  ordered_json document;
  document["headscore"] = HEADSCORE_VERSION;
  document["summary"] = {{"files", files}, {"read", files - refused}, {"refused", refused}};
  document["files"] = ordered_json::array();
  for (const Entry& file : all) document["files"].push_back(json_of(file));
  out << document.dump(2, ' ', false, ordered_json::error_handler_t::replace) << "\n";
}

/// One line a file: what it is, its size and band, where it belongs, and the codes of what was noticed.
std::string line_of(const Entry& file) {
  if (!file.measurement)
    return fmt::format("refused: {}\n", printable(file.failure ? file.failure->message : file.path));
  const Identity& identity = file.identity;
  const Measurement& measurement = *file.measurement;
  const Eigen::ArrayXd& frequency_hz = frequencies_of(measurement);
  std::string codes;
  for (const Warning& warning : measurement.warnings()) {
    codes +=
        (codes.empty() ? "  [" : ", ") + warning.code + (warning.line == 0 ? "" : ":" + std::to_string(warning.line));
  }
  if (!codes.empty()) codes += "]";
  const std::string channel = identity.channel == Channel::kUnknown ? "-" : std::string(to_string(identity.channel));
  return fmt::format("{}: {} points, {:.1f}-{:.0f} Hz, {}, {}, smoothing {}; {} {}{}{}\n", printable(file.path),
                     measurement.points(), frequency_hz[0], frequency_hz[frequency_hz.size() - 1],
                     measurement.provenance().dialect, joined(measurement.fields().columns, "+"),
                     measurement.provenance().smoothing, printable(identity.product), channel,
                     identity.seat ? std::to_string(*identity.seat) : "", codes);
}

void write_text(std::ostream& out, const std::vector<Entry>& all) {
  for (const Entry& file : all) out << line_of(file);
  const auto [files, refused] = counted_of(all);
  out << fmt::format("{}: {} read, {} refused\n", counted(files, "file"), grouped_digits(files - refused),
                     grouped_digits(refused));
}

}  // namespace

int run_inspect(const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  options.add_options()("format", po::value<std::string>()->default_value("text"), "text or json")(
      "output", po::value<std::string>()->default_value(""), "write to this file instead of standard output")(
      "jobs", po::value<int>()->default_value(static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))),
      "threads");
  po::variables_map values;
  const char* usage =
      "usage: headscore inspect FILE|DIR... [--format text|json] [--output FILE]\n\n"
      "Tells, one line a file, what was understood: points kept, band, dialect,\ncolumns, smoothing, product, channel, "
      "seat, and the codes of what was noticed.";
  if (!parsed_options(arguments, options, usage,
                      "\nExit status: 0 all read, 1 some refused, 2 wrong usage, 3 none read.\n", values))
    return kAllDone;
  if (!values.contains("paths")) throw UsageError("found no file, wanted headscore inspect FILE|DIR...");
  const std::string format = values["format"].as<std::string>();
  if (format != "text" && format != "json")
    throw UsageError("found the format \"" + format + "\", wanted text or json");
  const std::string output = values["output"].as<std::string>();
  if (!output.empty()) check_writable(output);
  const std::vector<Entry> all = inspected(values["paths"].as<std::vector<std::string>>(), jobs_from(values));
  std::vector<std::filesystem::path> inputs;
  for (const Entry& file : all) inputs.emplace_back(file.path);
  refuse_input_as_output(output, inputs);
  write_output(output, [&](std::ostream& out) { format == "json" ? write_json(out, all) : write_text(out, all); });
  const auto [files, refused] = counted_of(all);
  if (refused == files) return kNothing;
  return refused == 0 ? kAllDone : kSomeFailed;
}

}  // namespace headscore::cli
