// headscore catalog import.
#include "headscore/catalog_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <thread>

#include "cli/catalog_command.hpp"
#include "cli/command.hpp"
#include "headscore/rig.hpp"
#include "io/file_bytes.hpp"
#include "io/text_format.hpp"
#include "io/text_lines.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;

constexpr const char* kText =
    "Adds what is in PATH...: a catalog's CSV or JSON, review pages (*.md) with\n"
    "front matter, or measurement files and folders of them (phone_book.json and\n"
    "sidecars count). One transaction: all of it is there afterwards, or nothing. A\n"
    "CSV or JSON with anything wrong in it is refused as a whole; of measurements and\n"
    "review pages the products that are wrong are told and left out, unless --strict.";

po::options_description own_options() {
  po::options_description own = catalog_options();
  own.add_options()("from", text_option("auto"), "csv, json, reviews, measurements or auto (by content)");
  own.add_options()("update", po::bool_switch(), "change products that are there, instead of an error");
  own.add_options()("strict", po::bool_switch(), "import nothing when any product is wrong");
  own.add_options()("currency", text_option(), "of the prices in review pages; the catalog's own otherwise");
  own.add_options()("form", text_option(), "form of measured products whose files do not say it");
  own.add_options()("rig", text_option(), "rig of the measurements");
  own.add_options()("target", text_option(), "target of the response deviation: a name or a file");
  own.add_options()("policy", text_option("audioreview-2026"), "policy that says what is measured, id or YAML file");
  own.add_options()("intervals", po::value<int>()->default_value(200), "draws of the bootstrap, 0: no intervals");
  own.add_options()(
      "jobs", po::value<int>()->default_value(static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))),
      "threads");
  return own;
}

bool ends_with(const fs::path& path, std::string_view ending) { return lowered(path.extension().string()) == ending; }

std::vector<fs::path> pages_in(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return {path};
  std::vector<fs::path> pages;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) {
    if (ends_with(entry.path(), ".md") && entry.is_regular_file()) pages.push_back(entry.path());
  }
  std::sort(pages.begin(), pages.end());
  return pages;
}

/// A catalog's CSV has a head with names; a measurement's has frequencies.
bool is_catalog_csv(const fs::path& path) {
  const std::string bytes = read_bytes(path, std::size_t{2} << 30U);
  const std::string head = "," + bytes.substr(0, std::min(bytes.find_first_of("\r\n"), std::size_t{4096})) + ",";
  return head.find(",name,") != std::string::npos || head.find(",model,") != std::string::npos ||
         head.find(",record,") != std::string::npos || head.find("name,") == 1;
}

std::string kind_of(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error))
    throw Error("missing-file", {path.string()}, "no such file or folder", "something to import");
  if (fs::is_directory(path, error)) {
    const bool pages =
        std::any_of(fs::directory_iterator(path), fs::directory_iterator(), [](const fs::directory_entry& entry) {
          return ends_with(entry.path(), ".md") && entry.path().stem() != "README";
        });
    return pages ? "reviews" : "measurements";
  }
  if (ends_with(path, ".json")) return "json";
  if (ends_with(path, ".md")) return "reviews";
  return ends_with(path, ".csv") && is_catalog_csv(path) ? "csv" : "measurements";
}

MeasuringOptions measuring_from(const CatalogArguments& line) {
  MeasuringOptions options;
  options.policy = policy_from(line.text("policy"));
  if (const std::string form = line.text("form"); !form.empty()) {
    options.form = form_factor_from(form);
    if (!options.form) throw UsageError("--form: found \"" + form + "\", wanted over-ear or in-ear");
  }
  if (const std::string rig = line.text("rig"); !rig.empty()) {
    options.rig = rig_from(rig);
    if (!options.rig) throw UsageError("--rig: found \"" + rig + "\", wanted a rig such as gras-45ca or iec-60318-4");
  }
  if (const std::string target = line.text("target"); !target.empty()) options.target = target_from(target);
  options.catalog_folder = fs::absolute(line.text("catalog")).parent_path();
  options.intervals = line.number("intervals");
  if (options.intervals != 0 && (options.intervals < 20 || options.intervals > 100000))
    throw UsageError("--intervals: wanted 0, or 20 to 100000 draws");
  options.jobs = line.number("jobs");
  return options;
}

/// What each kind of argument brings, put together.
class Collector {
 public:
  Collector(const CatalogArguments& line, const CatalogStore& store)
      : line_(line), store_(store), measuring_(measuring_from(line)) {}

  void add(const fs::path& path) {
    std::string kind = line_.text("from");
    if (kind == "auto") kind = kind_of(path);
    if (kind == "csv" || kind == "json") {
      CatalogImport import =
          kind == "csv" ? read_catalog_csv(path, line_.today()) : read_catalog_json(path, line_.today());
      if (import.errors.empty()) measure_entries(import, path.parent_path(), measuring_);
      take(std::move(import));
    } else if (kind == "reviews") {
      const std::vector<fs::path> pages = pages_in(path);
      pages_.insert(pages_.end(), pages.begin(), pages.end());
    } else if (kind == "measurements") {
      files_.push_back(path);
    } else {
      throw UsageError("--from: found \"" + kind + "\", wanted csv, json, reviews, measurements or auto");
    }
  }

  /// Everything; products that are wrong in measurements or pages are told and counted instead, unless --strict.
  CatalogImport finished() {
    if (!pages_.empty())
      take_lenient(read_review_pages(pages_, line_.today(),
                                     line_.text("currency").empty() ? store_.currency() : line_.text("currency")));
    if (!files_.empty()) take_lenient(measured_products(found_files(files_), measuring_));
    return std::move(all_);
  }

  [[nodiscard]] std::size_t left_out() const { return left_out_; }

 private:
  void take(CatalogImport import) {
    std::move(import.entries.begin(), import.entries.end(), std::back_inserter(all_.entries));
    std::move(import.rates.begin(), import.rates.end(), std::back_inserter(all_.rates));
    std::move(import.errors.begin(), import.errors.end(), std::back_inserter(all_.errors));
    std::move(import.notes.begin(), import.notes.end(), std::back_inserter(all_.notes));
  }

  void take_lenient(CatalogImport import) {
    if (!line_.flag("strict")) {
      for (const Error& error : import.errors) std::cerr << "left out: " << printable(error.what()) << "\n";
      left_out_ += import.errors.size();
      import.errors.clear();
    }
    take(std::move(import));
  }

  const CatalogArguments& line_;
  const CatalogStore& store_;
  MeasuringOptions measuring_;
  std::vector<fs::path> pages_;
  std::vector<fs::path> files_;
  CatalogImport all_;
  std::size_t left_out_ = 0;
};

}  // namespace

int run_catalog_import(const std::vector<std::string>& arguments) {
  const CatalogArguments line(arguments, own_options(), "import PATH... [OPTION...]", kText);
  if (line.help()) return kAllDone;
  if (line.words().empty()) throw UsageError("found nothing to import, wanted headscore catalog import PATH...");
  CatalogStore store = line.open();
  Collector collector(line, store);
  for (const std::string& path : line.words()) collector.add(path);
  const CatalogImport import = collector.finished();
  if (import.entries.empty() && import.rates.empty() && import.errors.empty()) {
    std::cerr << "headscore: found nothing that can be imported\n";
    return kNothing;
  }
  return told(store.apply(import, line.flag("update") ? OnExisting::kUpdate : OnExisting::kRefuse), import.notes,
              collector.left_out());
}

}  // namespace headscore::cli
