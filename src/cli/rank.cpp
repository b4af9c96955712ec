// headscore rank: products by score, those that cannot be told apart in one group.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/command.hpp"
#include "cli/results_view.hpp"
#include "io/output_file.hpp"
#include "io/text_format.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;

std::string kind_from(const std::string& word) {
  if (word == "preference") return word;
  if (word == "validity" || word == "scientific-validity" || word == "scientific_validity")
    return "scientific_validity";
  if (word == "cp" || word == "cost-performance" || word == "cost_performance") return "cost_performance";
  if (word == "overall") return word;
  throw UsageError("--by: found \"" + word + "\", wanted preference, validity, cost-performance or overall");
}

void write_text(std::ostream& out, const std::vector<Ranking>& rankings, const std::string& kind, std::size_t top) {
  for (const Ranking& ranking : rankings) {
    out << fmt::format("{} by {}, {} against {}: {} products\n", ranking.form, spoken(kind), ranking.model,
                       ranking.target, ranking.places.size());
    if (ranking.unknown_rigs > 0)
      out << fmt::format("  the rig of {} of them is not known: scores of other rigs do not compare\n",
                         ranking.unknown_rigs);
    const auto called = counts_of_names(ranking.places);
    std::size_t group = 0;
    for (std::size_t i = 0; i < ranking.places.size() && (top == 0 || i < top); ++i) {
      const Ranked& place = ranking.places[i];
      const std::string mark = place.group == group ? "" : fmt::format("{}", place.group);
      group = place.group;
      const bool of_one_name = called.at(place.product) > 1 && !place.folder.empty();
      out << fmt::format("  {:>5} {:>5}  {}  {}{}\n", mark, place.rank, padded(score_text(place.score), 20),
                         printable(place.product), of_one_name ? " (" + printable(place.folder) + ")" : "");
    }
    if (top != 0 && ranking.places.size() > top)
      out << fmt::format("  ... {} more (--top 0)\n", ranking.places.size() - top);
    out << "\n";
  }
  out << "First column: groups. The intervals of a group reach its best's: their order\nmay be chance. A wide interval "
         "of a later group may reach an earlier one's best\ntoo. Second column: rank by value.\n";
}

void write_json(std::ostream& out, const std::vector<Ranking>& rankings, const std::string& kind, std::size_t top) {
  JsonText json;
  json.begin_object().text_field("by", kind).key("rankings").begin_array();
  for (const Ranking& ranking : rankings) {
    json.begin_object()
        .text_field("form", ranking.form)
        .text_field("model", ranking.model)
        .text_field("target", ranking.target)
        .integer_field("unknown_rigs", static_cast<std::int64_t>(ranking.unknown_rigs));
    json.key("places").begin_array();
    for (std::size_t i = 0; i < ranking.places.size() && (top == 0 || i < top); ++i) {
      const Ranked& place = ranking.places[i];
      json.begin_object()
          .integer_field("rank", static_cast<std::int64_t>(place.rank))
          .integer_field("group", static_cast<std::int64_t>(place.group));
      json.text_field("folder", place.folder).text_field("product", place.product).key("score");
      write_score(json, place.score);
      json.end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().end_object().newline();
  out << json.str();
}

}  // namespace

int run_rank(const std::vector<std::string>& arguments) {
  po::options_description options("Options", 80, 40);
  options.add_options()("by", po::value<std::string>()->default_value("preference"),
                        "preference, validity, cost-performance or overall");
  add_view_options(options, 50);
  po::variables_map values;
  const char* usage =
      "usage: headscore rank RESULTS [OPTION...]\n\n"
      "Products by score, a list for each form, model and target. Products whose\n"
      "intervals reach the best of their group stand in one group. RESULTS is what\n"
      "batch wrote as JSON Lines or SQLite (CSV is not read).";
  if (!parsed_options(arguments, options, usage, "\nExample:\n  headscore rank results.jsonl --by validity --top 20\n",
                      values))
    return kAllDone;
  const std::string path = positional(values, 1, "headscore rank RESULTS")[0];
  const std::string kind = kind_from(values["by"].as<std::string>());
  const bool json = wants_json(values);
  const std::vector<Ranking> rankings = ranked_results(path, kind);
  if (rankings.empty()) throw Error("no-scores", {path}, "no score of " + spoken(kind), "results that have one");
  const std::size_t top = values["top"].as<std::size_t>();
  refuse_input_as_output(values["output"].as<std::string>(), {path});
  write_output(values["output"].as<std::string>(), [&](std::ostream& out) {
    json ? write_json(out, rankings, kind, top) : write_text(out, rankings, kind, top);
  });
  return kAllDone;
}

}  // namespace headscore::cli
