// headscore verify-score: a claimed preference number, recomputed under every named convention.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "cli/command.hpp"
#include "headscore/claimed_score.hpp"
#include "io/number.hpp"
#include "io/text_format.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

constexpr std::size_t kNearest = 6;  // rows shown beside those that reproduce the claim

po::options_description described_options() {
  const auto text = [](const char* value = "") { return po::value<std::string>()->default_value(value); };
  po::options_description options("Options", 80, 40);
  options.add_options()("claimed", text(), "the published number, as it is printed: 88, 88.4");
  options.add_options()("form", text("auto"), "over-ear, in-ear or auto (sidecar, phone book; both otherwise)");
  options.add_options()("target", po::value<std::vector<std::string>>(),
                        "bundled target or any file; may be repeated (every plausible bundled one otherwise)");
  options.add_options()("format", text("text"), "text or json");
  options.add_options()("output,o", text(), "file instead of standard output");
  options.add_options()("all", po::bool_switch(), "every recomputation, not the nearest alone");
  options.add_options()(
      "jobs", po::value<int>()->default_value(static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))),
      "threads");
  return options;
}

constexpr const char* kUsageText =
    "usage: headscore verify-score --claimed NUMBER FILE|DIR... [OPTION...]\n\n"
    "Recomputes a published preference number from the product's measurements under\n"
    "every named convention, target and channel, and tells which reproduce it.\n"
    "Hits with another target than Harman's of that form (or --target), of one\n"
    "channel of two, or of a product of unknown form are coincidences.";

constexpr const char* kEpilogue =
    "\nExample:\n  headscore verify-score --claimed 88 \"HD 650 L.txt\" \"HD 650 R.txt\" \\\n    --form over-ear\n\n"
    "Exit status: 0 every product's number is reproduced, 1 one is not, or by\n"
    "coincidence alone, 2 wrong usage, 3 nothing could be computed.\n";

ClaimedScoreOptions options_from(const po::variables_map& values) {
  ClaimedScoreOptions options;
  const std::string claimed = values["claimed"].as<std::string>();
  if (claimed.empty()) throw UsageError("found no --claimed, wanted the published number");
  const std::optional<double> number = cell_number(claimed, NumberStyle{});
  if (!number) throw UsageError("--claimed: found \"" + claimed + "\", wanted a number");
  options.claimed = *number;
  const std::size_t point = claimed.find('.');
  options.decimals =
      point == std::string::npos ? 0 : static_cast<int>(std::min<std::size_t>(9, claimed.size() - point - 1));
  if (const std::string form = values["form"].as<std::string>(); form != "auto") {
    options.form = form_factor_from(form);
    if (!options.form) throw UsageError("found the form \"" + form + "\", wanted over-ear, in-ear or auto");
  }
  if (values.contains("target")) {
    for (const std::string& name : values["target"].as<std::vector<std::string>>())
      options.targets.push_back(target_from(name));
  }
  return options;
}

using Results = std::vector<std::pair<std::string, std::vector<Recomputation>>>;

void write_text(std::ostream& out, const Results& results, const ClaimedScoreOptions& options, bool all) {
  for (const auto& [product, rows] : results) {
    const auto reproduce = static_cast<std::size_t>(
        std::count_if(rows.begin(), rows.end(), [](const Recomputation& r) { return r.reproduces; }));
    out << printable(product) << "\nclaimed " << fixed(options.claimed, options.decimals) << ": ";
    const auto coincidences = static_cast<std::size_t>(
        std::count_if(rows.begin(), rows.end(), [](const Recomputation& r) { return r.coincidence; }));
    if (reproduce > 0)
      out << fmt::format("{} of {} recomputations give it\n", reproduce, rows.size());
    else if (coincidences > 0)
      out << fmt::format("not reproduced; {} of {} recomputations hit it by coincidence\n", coincidences, rows.size());
    else if (!rows.empty() && rows.front().value)
      out << fmt::format("no convention gives it; the nearest is {} off\n", with_sign(rows.front().difference, 2));
    else
      out << "nothing could be computed\n";
    out << fmt::format("  {:<17}{:<20}{:<8}{:>8}{:>9}\n", "convention", "target", "channel", "value", "off");
    std::map<std::string, std::string> faults;
    std::set<std::string> reasons;
    std::size_t shown = 0;
    for (const Recomputation& row : rows) {
      if (!all && shown >= std::max(reproduce, kNearest)) break;
      if (!row.value && !all) continue;
      ++shown;
      if (!row.fault.empty()) faults.emplace(row.convention, row.title + ": " + row.fault);
      const std::string mark =
          std::string(row.fault.empty() ? "" : " (faulty)") + (row.coincidence ? " coincidence possible" : "");
      if (row.coincidence) reasons.insert(row.implausible);
      out << fmt::format("{} {:<17}{:<20}{:<8}{:>8}{:>9}{}\n",
                         row.reproduces    ? '='
                         : row.coincidence ? '?'
                                           : ' ',
                         row.convention, shortened(printable(row.target), 19), row.channel,
                         row.value ? fixed(*row.value, 2) : "-", row.value ? with_sign(row.difference, 2) : "-", mark);
    }
    for (const auto& [id, fault] : faults) {
      for (const std::string& line : wrapped("faulty: " + fault, 78)) out << "  " << line << '\n';
    }
    for (const std::string& reason : reasons) out << "  ? coincidence possible: " << reason << '\n';
    out << '\n';
  }
}

void write_json(std::ostream& out, const Results& results, const ClaimedScoreOptions& options) {
  Json json = {{"headscore", HEADSCORE_VERSION},
               {"claimed", options.claimed},
               {"decimals", options.decimals},
               {"products", Json::array()}};
  for (const auto& [product, rows] : results) {
    Json list = Json::array();
    for (const Recomputation& row : rows) {
      list.push_back({{"convention", row.convention},
                      {"title", row.title},
                      {"fault", row.fault.empty() ? Json(nullptr) : Json(row.fault)},
                      {"target", row.target},
                      {"channel", row.channel},
                      {"value", row.value ? Json(*row.value) : Json(nullptr)},
                      {"difference", row.value ? Json(row.difference) : Json(nullptr)},
                      {"reproduces", row.reproduces},
                      {"coincidence", row.coincidence},
                      {"implausible", row.implausible.empty() ? Json(nullptr) : Json(row.implausible)},
                      {"refusal", row.refusal.empty() ? Json(nullptr) : Json(row.refusal)}});
    }
    json["products"].push_back({{"product", product}, {"recomputations", list}});
  }
  out << json.dump(1, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace

int run_verify_score(const std::vector<std::string>& arguments) {
  po::variables_map values;
  if (!parsed_options(arguments, described_options(), kUsageText, kEpilogue, values)) return kAllDone;
  if (!values.contains("paths"))
    throw UsageError("found no file, wanted headscore verify-score --claimed NUMBER FILE|DIR...");
  const ClaimedScoreOptions options = options_from(values);
  const std::string format = values["format"].as<std::string>();
  if (format != "text" && format != "json") throw UsageError("--format: found \"" + format + "\", wanted text or json");
  const std::vector<Product> products =
      grouped(read_arguments(values["paths"].as<std::vector<std::string>>(), {}, values["jobs"].as<int>()));
  Results results;
  bool any_value = false;
  bool all_reproduced = true;
  for (const Product& product : products) {
    for (const FileRecord& refused : product.refused) {
      if (refused.error) std::cerr << "headscore: " << printable(refused.error->message) << "\n";
    }
    results.emplace_back(product.name, recomputations(product, options));
    const std::vector<Recomputation>& rows = results.back().second;
    any_value = any_value || (!rows.empty() && rows.front().value.has_value());
    all_reproduced = all_reproduced && !rows.empty() && rows.front().reproduces;
  }
  write_output(values["output"].as<std::string>(), [&](std::ostream& out) {
    if (format == "json")
      write_json(out, results, options);
    else
      write_text(out, results, options, values["all"].as<bool>());
  });
  if (!any_value) return kNothing;
  return all_reproduced ? kAllDone : kSomeFailed;
}

}  // namespace headscore::cli
