// headscore score: measurement files in, scores out.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <thread>

#include "cli/candidates.hpp"
#include "cli/command.hpp"
#include "cli/request.hpp"
#include "cli/sound_options.hpp"
#include "headscore/report.hpp"
#include "headscore/sound.hpp"
#include "io/output_file.hpp"
#include "io/text_format.hpp"
#include "io/text_lines.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;

po::options_description described_options() {
  const auto text = [](const char* value = "") { return po::value<std::string>()->default_value(value); };
  po::options_description options = scoring_options();
  add_sound_options(options);
  options.add_options()("format", text("text"), "text, json, csv, markdown or svg");
  options.add_options()("output,o", text(), "file, or folder, instead of standard output");
  options.add_options()("colour", text("auto"), "auto, always or never (NO_COLOR is honoured)");
  options.add_options()(
      "jobs", po::value<int>()->default_value(static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))),
      "threads");
  return options;
}

constexpr const char* kUsageText =
    "usage: headscore score FILE|DIR... [OPTION...]\n\n"
    "Scores headphones from frequency-response text, or from recordings of a sweep\n(--sweep; see `headscore "
    "measure`). Left, right and reseats are put\n"
    "together by their names (`X L.txt`, `X R3.txt`), phone_book.json or\nheadscore.json.";

constexpr const char* kEpilogue =
    "\nExample:\n  headscore score \"MDR-1AM2 L.txt\" \"MDR-1AM2 R.txt\" --form over-ear \\\n    --price 246 "
    "--comparator \"AKG K371=133\"\n\n"
    "Exit status: 0 all scored, 1 some failed, 2 wrong usage,\n3 nothing could be done.\n";

std::string file_stem(const std::string& product) {
  std::string name;
  for (const char c : printable(product))
    name += c == '/' || c == '\\' || c == ':' || c == '*' || c == '?' || c == '"' || c == '<' || c == '>' || c == '|'
                ? '_'
                : c;
  while (!name.empty() && (name.front() == '.' || name.front() == ' ')) name.erase(0, 1);
  return name.empty() ? "product" : name.substr(0, 180);
}

/// Where the documents go: standard output, one file, or a folder with a file (svg: a file a product).
void write_reports(const Report& format, const std::vector<Outcome>& outcomes, const ReportOptions& options,
                   const std::string& output) {
  std::error_code error;
  const bool folder = !output.empty() && (output.back() == '/' || fs::is_directory(output, error));
  if (folder) fs::create_directories(output, error);
  std::vector<fs::path> inputs;
  for (const Outcome& outcome : outcomes) {
    for (const FileRecord& file : outcome.files) inputs.emplace_back(file.path);
  }
  const auto write_to = [&](const std::string& file, const std::function<void(std::ostream&)>& write) {
    refuse_input_as_output(file, inputs);
    write_output(file, write);
  };
  const auto write = [&](std::span<const Outcome> part) {
    return [&format, &options, part](std::ostream& out) { format.write(out, part, options); };
  };
  if (!format.one_file_a_product) {
    write_to(folder ? (fs::path(output) / ("scores" + std::string(format.extension))).string() : output,
             write(outcomes));
    return;
  }
  if (!folder && outcomes.size() != 1) {
    throw UsageError(
        fmt::format("found {} products for one {} document, wanted --output with a folder that is there, or FOLDER/",
                    outcomes.size(), format.id));
  }
  std::map<std::string, int> names;
  for (const Outcome& outcome : outcomes) {
    const std::string stem = file_stem(outcome.product);
    const int count = ++names[lowered(stem)];
    const std::string name = stem + (count == 1 ? "" : fmt::format(" ({})", count)) + std::string(format.extension);
    write_to(folder ? (fs::path(output) / name).string() : output, write({&outcome, 1}));
  }
}

bool failed(const Outcome& outcome) {
  return outcome.error.has_value() || !outcome.preference_failures.empty() ||
         std::any_of(outcome.files.begin(), outcome.files.end(),
                     [](const FileRecord& file) { return file.error.has_value(); });
}

/// True when a recording was read, or refused.
bool any_sound(const std::vector<Product>& products) {
  return std::any_of(products.begin(), products.end(), [](const Product& product) {
    return std::any_of(product.measurements.begin(), product.measurements.end(),
                       [](const Measurement& m) { return m.provenance().dialect == "sound"; }) ||
           std::any_of(product.refused.begin(), product.refused.end(),
                       [](const FileRecord& file) { return is_sound_file(file.path); });
  });
}

/// Every file that the command line names to be read.
std::vector<fs::path> named_files(const po::variables_map& values) {
  std::vector<fs::path> files;
  for (const std::string& path : values["paths"].as<std::vector<std::string>>()) files.emplace_back(path);
  for (const char* option : {"target", "policy", "catalog", "sweep", "microphone", "rig-response"}) {
    if (values.contains(option)) files.emplace_back(values[option].as<std::string>());
  }
  return files;
}

void check_output(const std::string& output) {
  std::error_code error;
  if (output.empty() || output == "-" || fs::is_directory(output, error)) return;
  const fs::path path = output.back() == '/' ? fs::path(output).parent_path() : fs::path(output);
  check_writable(path.string());
}

}  // namespace

int run_score(const std::vector<std::string>& arguments) {
  po::variables_map values;
  if (!parsed_options(arguments, described_options(), kUsageText, kEpilogue, values)) return kAllDone;
  if (!values.contains("paths")) throw UsageError("found no file, wanted headscore score FILE|DIR...");
  Request request = checked_request(values);
  const std::string colour = request.text("colour");
  if (colour != "auto" && colour != "always" && colour != "never")
    throw UsageError("--colour: found \"" + colour + "\", wanted auto, always or never");
  const Report* format = nullptr;
  try {
    format = &report(request.text("format"));
  } catch (const Error& error) {
    throw UsageError(error.what());
  }
  const std::string output = request.text("output");
  check_output(output);
  refuse_input_as_output(output, named_files(values));
  const int jobs = jobs_from(values);
  const SoundReader sound(sound_options_of(values));
  if (!request.text("catalog").empty())
    request.options().catalog = candidates_of(request.text("catalog"), request.options(), jobs, &sound);
  ReadOptions reading;
  reading.sha256 = true;
  reading.phase = false;
  const std::vector<Product> products =
      grouped(read_arguments(values["paths"].as<std::vector<std::string>>(), reading, jobs, &sound));
  if (values.contains("sweep") && !request.text("sweep").empty() && !any_sound(products)) {
    throw UsageError("found --sweep and no sound file, wanted recordings of the sweep");
  }
  if (request.options().price && products.size() > 1) {
    throw UsageError(fmt::format(
        "found one --price for {} products, wanted one product, or --catalog with a price for each", products.size()));
  }
  const std::vector<Outcome> outcomes = scored(products, request.options(), jobs);
  ReportOptions options;
  options.width = output.empty() ? terminal_width() : 80;
  options.colour = output.empty() && colour_wanted(colour);
  write_reports(*format, outcomes, options, output);
  const auto failures = static_cast<std::size_t>(std::count_if(outcomes.begin(), outcomes.end(), failed));
  const bool any_score =
      std::any_of(outcomes.begin(), outcomes.end(), [](const Outcome& outcome) { return !outcome.error; });
  for (const Outcome& outcome : outcomes) {
    if (!output.empty() && outcome.error) std::cerr << "headscore: " << printable(outcome.error->message) << "\n";
  }
  if (!any_score) return kNothing;
  return failures == 0 ? kAllDone : kSomeFailed;
}

}  // namespace headscore::cli
