// headscore verify: review pages in, checked claims out.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <thread>

#include "cli/candidates.hpp"
#include "cli/command.hpp"
#include "cli/request.hpp"
#include "error/nearest_name.hpp"
#include "headscore/claim_report.hpp"
#include "headscore/policy_library.hpp"
#include "headscore/rig.hpp"
#include "headscore/verification.hpp"
#include "io/file_bytes.hpp"
#include "io/output_file.hpp"
#include "io/text_format.hpp"
#include "io/text_lines.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;

constexpr std::size_t kMostPageBytes = std::size_t{4} << 20U;

po::options_description described_options() {
  const auto text = [](const char* value = "") { return po::value<std::string>()->default_value(value); };
  po::options_description options("Options", 80, 40);
  options.add_options()(
      "measurements", text(),
      "folder (or file) of measurements: SV, THD and response claims are held against those of the product's name");
  options.add_options()("catalog", text(), "products: a cheaper equivalent is searched there");
  options.add_options()("ignore-functions", text(), "functions that the cheaper product may lack");
  options.add_options()("form", text("auto"), "over-ear, in-ear or auto (the page's tags)");
  options.add_options()("rig", text(), "rig of the measurements");
  options.add_options()("policy", text("audioreview-2026"), "policy of scientific validity, id or YAML file");
  options.add_options()("check", text(), "checks to make, ID[,ID...]; all of them otherwise");
  options.add_options()("strict", po::bool_switch(),
                        "a comparator's price that a newer review has changed counts as contradicted, not as stale");
  options.add_options()("all", po::bool_switch(), "show what is supported or not testable too (table, markdown)");
  options.add_options()("format", text("table"), "table, json, csv, markdown or sarif");
  options.add_options()("output,o", text(), "file instead of standard output");
  options.add_options()(
      "fix", po::bool_switch(),
      "write NAME.fixed.md beside each page whose sum, rounding or damaged characters can be corrected for certain");
  options.add_options()("fix-to", text(), "folder for the corrected copies, under their own names");
  options.add_options()("in-place", po::bool_switch(), "with --fix: correct the pages themselves");
  options.add_options()("colour", text("auto"), "auto, always or never (NO_COLOR is honoured)");
  options.add_options()(
      "jobs", po::value<int>()->default_value(static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))),
      "threads (reading of measurements)");
  return options;
}

constexpr const char* kUsageText =
    "usage: headscore verify FILE|DIR... [OPTION...]\n\n"
    "Checks what review pages (Markdown with front matter) claim: scores and their\n"
    "sum, the cost-performance equation, the comparator, and with measurements or a\n"
    "catalog what these decide. Pages are checked against each other too: give the\n"
    "whole folder.";

constexpr const char* kEpilogue =
    "\nChecks: overall-sum, step, range, section-score, cp-arithmetic, cp-rounding,\ncp-denominator, cp-comparator, "
    "cp-cheaper-exists, sv-supported, thd-claim,\n"
    "response-claim, front-matter, slug, language-pair, damaged-text.\n\n"
    "Exit status: 0 nothing is contradicted, 1 some claim is contradicted or a page\nwas refused, 2 wrong usage, 3 "
    "nothing could be read.\n";

VerifyOptions options_from(const po::variables_map& values) {
  VerifyOptions options;
  const auto text = [&](const char* name) { return values[name].as<std::string>(); };
  std::error_code error;
  options.scoring.policy =
      fs::exists(text("policy"), error) ? read_policy(text("policy")) : bundled_policy(text("policy"));
  if (text("form") != "auto") {
    options.scoring.form = form_factor_from(text("form"));
    if (!options.scoring.form)
      throw UsageError("found the form \"" + text("form") + "\", wanted over-ear, in-ear or auto");
  }
  if (const std::string rig = text("rig"); !rig.empty() && lowered(rig) != "unknown") {
    options.scoring.rig = rig_from(rig);
    if (!options.scoring.rig)
      throw UsageError("found the rig \"" + rig + "\", wanted one that headscore score --rig knows");
  }
  const std::vector<std::string_view>& known = known_functions();
  for (const std::string& name : split_list(text("ignore-functions"))) {
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw UsageError("--ignore-functions: found \"" + name + "\", wanted " +
                       suggestion(name, {known.begin(), known.end()}));
    options.scoring.ignored_functions.insert(name);
  }
  const std::vector<std::string_view>& ids = claim_ids();
  for (const std::string& id : split_list(text("check"))) {
    if (std::find(ids.begin(), ids.end(), id) == ids.end())
      throw UsageError("--check: found \"" + id + "\", wanted " + suggestion(id, {ids.begin(), ids.end()}));
    options.ids.insert(id);
  }
  options.strict = values["strict"].as<bool>();
  const int jobs = values["jobs"].as<int>();
  if (!text("measurements").empty()) {
    options.measured = grouped(read_arguments({text("measurements")}, {}, jobs));
    options.has_measurements = true;
  }
  if (!text("catalog").empty()) {
    options.scoring.catalog = candidates_of(text("catalog"), options.scoring, jobs);
    options.has_catalog = true;
  }
  return options;
}

/// Pages that are there, with their bytes; what cannot be read is a review with an error, in its place.
struct Pages {
  std::vector<std::pair<std::string, std::string>> read;
  std::vector<PageReview> refused;
};

std::vector<fs::path> inputs_of(const std::vector<PageReview>& reviews) {
  std::vector<fs::path> inputs;
  for (const PageReview& review : reviews) inputs.emplace_back(review.path);
  return inputs;
}

void refuse(Pages& pages, const std::string& path, const Error& error) {
  PageReview review;
  review.path = path;
  review.error = Failure{error.code(), error.what()};
  pages.refused.push_back(std::move(review));
}

Pages read_pages(const std::vector<std::string>& arguments) {
  Pages pages;
  std::set<std::string> seen;
  for (const std::string& argument : arguments) {
    std::vector<fs::path> found;
    try {
      found = found_pages({argument});
    } catch (const Error& error) {
      refuse(pages, argument, error);
    }
    for (const fs::path& path : found) {
      if (!seen.insert(path.string()).second) continue;
      try {
        pages.read.emplace_back(path.string(), read_bytes(path, kMostPageBytes));
      } catch (const Error& error) {
        refuse(pages, path.string(), error);
      }
    }
  }
  return pages;
}

/// The folder that holds all pages: copies keep what lies below it, so that en/a.md and ja/a.md stay two.
fs::path common_folder(const Pages& pages) {
  std::optional<fs::path> common;
  for (const auto& [path, bytes] : pages.read) {
    const fs::path folder = fs::absolute(path).lexically_normal().parent_path();
    if (!common) common = folder;
    while (std::mismatch(common->begin(), common->end(), folder.begin(), folder.end()).first != common->end())
      common = common->parent_path();
  }
  return common.value_or(fs::path());
}

fs::path copy_of(const fs::path& page, const std::string& folder, const fs::path& common) {
  if (folder.empty()) return page.parent_path() / (page.stem().string() + ".fixed.md");
  const fs::path copy = fs::path(folder) / fs::absolute(page).lexically_normal().lexically_relative(common);
  std::error_code error;
  fs::create_directories(copy.parent_path(), error);
  return copy;
}

/// Corrected copies; how many were written.
std::size_t write_fixes(const Pages& pages, const std::vector<PageReview>& reviews, const std::string& folder,
                        bool in_place) {
  std::size_t written = 0;
  const fs::path common = common_folder(pages);
  for (std::size_t i = 0; i < pages.read.size(); ++i) {
    const auto& [path, bytes] = pages.read[i];
    const std::string fixed = corrected(bytes, reviews[i]);
    if (fixed == bytes) continue;
    const fs::path copy = in_place ? fs::path(path) : copy_of(path, folder, common);
    write_output(copy.string(), [&](std::ostream& out) { out << fixed; });
    for (const Correction& correction : reviews[i].corrections) {
      std::cerr << fmt::format("{}: {} ({})\n", printable(copy.string()), printable(correction.text), correction.why);
    }
    ++written;
  }
  return written;
}

void check_fix_options(const po::variables_map& values) {
  const bool fix = values["fix"].as<bool>();
  const bool in_place = values["in-place"].as<bool>();
  const std::string folder = values["fix-to"].as<std::string>();
  if (in_place && !fix) throw UsageError("found --in-place without --fix, wanted both");
  if (!folder.empty() && !fix) throw UsageError("found --fix-to without --fix, wanted both");
  if (in_place && !folder.empty()) throw UsageError("found --in-place and --fix-to, wanted one of them");
}

}  // namespace

int run_verify(const std::vector<std::string>& arguments) {
  po::variables_map values;
  if (!parsed_options(arguments, described_options(), kUsageText, kEpilogue, values)) return kAllDone;
  if (!values.contains("paths")) throw UsageError("found no page, wanted headscore verify FILE|DIR...");
  check_fix_options(values);
  const ClaimReport* format = nullptr;
  try {
    format = &claim_report(values["format"].as<std::string>());
  } catch (const Error& error) {
    throw UsageError(error.what());
  }
  const std::string output = values["output"].as<std::string>();
  if (!output.empty() && output != "-") check_writable(output);
  const VerifyOptions options = options_from(values);
  const Pages pages = read_pages(values["paths"].as<std::vector<std::string>>());
  std::vector<PageReview> reviews = verified(pages.read, options);
  if (values["fix"].as<bool>())
    static_cast<void>(write_fixes(pages, reviews, values["fix-to"].as<std::string>(), values["in-place"].as<bool>()));
  reviews.insert(reviews.end(), pages.refused.begin(), pages.refused.end());
  const VerificationSummary summary = summary_of(reviews);
  ClaimReportOptions view;
  view.all = values["all"].as<bool>();
  view.width = output.empty() ? terminal_width() : 80;
  view.colour = output.empty() && colour_wanted(values["colour"].as<std::string>());
  refuse_input_as_output(output, inputs_of(reviews));
  write_output(output, [&](std::ostream& out) { format->write(out, reviews, summary, view); });
  if (summary.refused == summary.pages) return kNothing;
  const bool contradicted = std::any_of(summary.claims.begin(), summary.claims.end(), [](const auto& counts) {
    return counts.second.contains(Verdict::kContradicted);
  });
  return contradicted || summary.refused > 0 ? kSomeFailed : kAllDone;
}

}  // namespace headscore::cli
