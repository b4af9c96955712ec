// headscore catalog cheapest and all-pairs.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/catalog_command.hpp"
#include "cli/command.hpp"
#include "headscore/all_pairs.hpp"
#include "io/text_format.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;
using Kind = SearchAnswer::Kind;

po::options_description search_options() {
  po::options_description own = catalog_options();
  own.add_options()("ignore-functions", text_option(), "functions that a comparator may lack");
  own.add_options()("missing", text_option("undecidable"),
                    "metrics known of one side alone: undecidable, ignored (left out) or worse");
  own.add_options()("surely", po::bool_switch(), "not distinguishable is not enough: the intervals must say it surely");
  own.add_options()("used", po::bool_switch(), "prices of used products count too");
  own.add_options()("currency", text_option(), "to compare in; the catalog's own otherwise");
  own.add_options()("policy", text_option("audioreview-2026"),
                    "policy that names the metrics and tolerances, id or YAML file");
  own.add_options()("output,o", text_option(), "file instead of standard output");
  own.add_options()("basis", text_option(),
                    "of the metrics that are compared (policy and target), where a catalog has several");
  return own;
}

EquivalenceOptions equivalence_from(const CatalogArguments& line) {
  EquivalenceOptions options;
  options.ignored_functions = line.functions("ignore-functions");
  options.only_surely = line.flag("surely");
  const std::string missing = line.text("missing");
  if (missing == "ignored" || missing == "ignore") {
    options.missing = MissingMetrics::kIgnored;
  } else if (missing == "worse") {
    options.missing = MissingMetrics::kWorse;
  } else if (missing != "undecidable") {
    throw UsageError("--missing: found \"" + missing + "\", wanted undecidable, ignored or worse");
  }
  return options;
}

PriceChoice choice_from(const CatalogArguments& line, const CatalogStore& store) {
  const std::string currency = line.text("currency").empty() ? store.currency() : line.text("currency");
  static_cast<void>(Price(1.0, currency));
  return {currency, line.today(), line.flag("used")};
}

/// Figures of different policies or targets are not comparable.
std::string basis_from(const CatalogArguments& line, const CatalogStore& store, const std::string& own) {
  const std::vector<std::string> known = store.bases();
  std::string list;
  for (const std::string& one : known) list += (list.empty() ? "\"" : ", \"") + one + "\"";
  if (const std::string given = line.text("basis"); !given.empty()) {
    if (std::find(known.begin(), known.end(), given) != known.end()) return given;
    throw UsageError("--basis: found \"" + given + "\", wanted " +
                     (list.empty() ? "none: no metric has one" : "one of " + list));
  }
  if (!own.empty()) return own;
  if (known.size() > 1) {
    throw UsageError("found metrics of several bases, which are not comparable; wanted --basis with one of " + list);
  }
  return known.empty() ? "" : known.front();
}

/// Of the product's own metrics; empty when all were given by hand.
std::string basis_of(const CatalogProduct& product) {
  for (const CatalogMetric& metric : product.metrics) {
    if (!metric.basis.empty()) return metric.basis;
  }
  return "";
}

std::string priced(const Candidate& one) {
  if (!one.price) return printable(one.name);
  return fmt::format("{} at {:g} {}{}{}", printable(one.name), one.price->amount(), one.price->currency(),
                     one.price->date() ? " of " + *one.price->date() : ", no date",
                     one.price_note.empty() ? "" : " (" + one.price_note + ")");
}

Json json_of(const Candidate& one) {
  Json json = {{"name", one.name}};
  if (one.price) {
    json["price"] = {{"amount", one.price->amount()},
                     {"currency", one.price->currency()},
                     {"date", one.price->date() ? Json(*one.price->date()) : Json(nullptr)}};
    if (!one.price_note.empty()) json["price"]["converted_from"] = one.price_note;
  }
  return json;
}

Json json_of(const Judged& judged) {
  Json json = json_of(judged.candidate);
  json["surely"] = judged.verdict.surely;
  json["reasons"] = Json::array();
  for (const Reason& reason : judged.verdict.reasons)
    json["reasons"].push_back({{"code", reason.code}, {"message", reason.message}});
  json["metrics"] = Json::array();
  for (const MetricComparison& metric : judged.verdict.metrics)
    json["metrics"].push_back(
        {{"metric", metric.metric}, {"degree", to_string(metric.degree)}, {"message", metric.message}});
  return json;
}

std::string reasons_text(const Judged& judged) {
  std::string text;
  for (const Reason& reason : judged.verdict.reasons) text += (text.empty() ? "" : "; ") + reason.message;
  return printable(text);
}

constexpr std::array<std::string_view, 4> kKinds = {"found", "no-cheaper-equivalent", "undecidable",
                                                    "no-performance-baseline"};

void write_text(std::ostream& out, const Candidate& product, const SearchAnswer& answer,
                const std::optional<Score>& score, std::size_t shown) {
  out << priced(product) << "\n";
  if (score) {
    out << fmt::format("Cost-performance {:.1f}: {}\n", *score->fields().published,
                       answer.comparator ? score->fields().terms.front().note : score->fields().terms.front().name);
  } else {
    out << "Cost-performance undecidable: cheaper products cannot be judged\n";
  }
  if (answer.comparator) {
    out << "Cheapest equivalent or better: " << priced(answer.comparator->candidate) << "\n";
    for (const MetricComparison& metric : answer.comparator->verdict.metrics) out << "  " << metric.message << "\n";
    if (!answer.comparator->verdict.surely) {
      out << (answer.sure ? "Cheapest that is surely at least as good: " + priced(answer.sure->candidate)
                          : std::string("No cheaper product is surely at least as good"))
          << "\n";
    }
  }
  out << fmt::format("Judged {} cheaper products: {} fail, {} cannot be judged\n", answer.judged, answer.worse.size(),
                     answer.undecidable.size());
  const auto list = [&](const char* head, const std::vector<const Judged*>& all) {
    if (!all.empty() && shown > 0) out << head << "\n";
    for (std::size_t i = 0; i < std::min(shown, all.size()); ++i)
      out << "  " << priced(all[i]->candidate) << ": " << reasons_text(*all[i]) << "\n";
    if (all.size() > shown && shown > 0) out << fmt::format("  and {} more\n", all.size() - shown);
  };
  list("Cheaper, but not to be judged; missing:", runners_up(answer.undecidable));
  list("Runners-up that fail:", runners_up(answer.worse));
  for (const Reason& reason : answer.set_aside) out << printable(reason.message) << "\n";
}

Json json_of(const Candidate& product, const SearchAnswer& answer, const std::optional<Score>& score) {
  Json json = {{"product", json_of(product)}, {"answer", kKinds[static_cast<std::size_t>(answer.kind)]}};
  json["cost_performance"] =
      score ? Json{{"value", score->value()}, {"published", *score->fields().published}} : Json(nullptr);
  json["comparator"] = answer.comparator ? json_of(*answer.comparator) : Json(nullptr);
  json["surely"] = answer.sure ? json_of(*answer.sure) : Json(nullptr);
  json["judged"] = answer.judged;
  for (const auto& [name, all] : {std::pair("undecidable", &answer.undecidable), std::pair("fail", &answer.worse)}) {
    json[name] = Json::array();
    for (const Judged* one : runners_up(*all)) json[name].push_back(json_of(*one));
  }
  json["set_aside"] = Json::array();
  for (const Reason& reason : answer.set_aside)
    json["set_aside"].push_back({{"code", reason.code}, {"message", reason.message}});
  return json;
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string all = "\"";
  for (const char c : text) all += c == '"' ? std::string("\"\"") : std::string(1, c);
  return all + "\"";
}

bool has_score(const PairResult& one) {
  return one.kind != PairResult::Kind::kNoPrice && one.kind != PairResult::Kind::kUndecidable;
}

void write_pairs_csv(std::ostream& out, const ProductTable& table, const std::vector<PairResult>& results,
                     const std::string& currency) {
  out << "name,price,currency,answer,cost_performance,published,comparator,comparator_price,undecidable\n";
  for (std::size_t i = 0; i < results.size(); ++i) {
    const PairResult& one = results[i];
    const std::string value = has_score(one) ? fmt::format("{},{}", one.value, rounded_to_tenth(one.value)) : ",";
    const std::string found = one.comparator == kNoIndex ? ","
                                                         : fmt::format("{},{}", quoted(table.name[one.comparator]),
                                                                       table.amount[one.comparator]);
    const std::string price = std::isnan(table.amount[i]) ? "," : fmt::format("{},{}", table.amount[i], currency);
    out << fmt::format("{},{},{},{},{},{}\n", quoted(table.name[i]), price, to_string(one.kind), value, found,
                       one.undecidable == kNoIndex ? "" : quoted(table.name[one.undecidable]));
  }
}

void write_pairs_json(std::ostream& out, const ProductTable& table, const std::vector<PairResult>& results,
                      const std::string& currency) {
  out << Json({{"currency", currency}}).dump().substr(0, Json({{"currency", currency}}).dump().size() - 1)
      << ",\"products\":[";
  for (std::size_t i = 0; i < results.size(); ++i) {
    const PairResult& one = results[i];
    Json json = {{"name", table.name[i]},
                 {"price", std::isnan(table.amount[i]) ? Json(nullptr) : Json(table.amount[i])},
                 {"answer", to_string(one.kind)}};
    json["cost_performance"] =
        has_score(one) ? Json{{"value", one.value}, {"published", rounded_to_tenth(one.value)}} : Json(nullptr);
    json["comparator"] = one.comparator == kNoIndex
                             ? Json(nullptr)
                             : Json{{"name", table.name[one.comparator]}, {"price", table.amount[one.comparator]}};
    json["undecidable"] = one.undecidable == kNoIndex ? Json(nullptr) : Json(table.name[one.undecidable]);
    out << (i == 0 ? "\n" : ",\n") << json.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  out << "\n]}\n";
}

}  // namespace

int run_catalog_cheapest(const std::vector<std::string>& arguments) {
  po::options_description own = search_options();
  own.add_options()("format", text_option("text"), "text or json")("runners-up", po::value<int>()->default_value(5),
                                                                   "how many that fail are named");
  const CatalogArguments line(arguments, own, "cheapest NAME [OPTION...]",
                              "Finds the cheapest product that is equivalent or better: the same form, all\nfunctions "
                              "that count, every metric at least as good within its tolerance.\n"
                              "Exit status 1 when that cannot be decided.");
  if (line.help()) return kAllDone;
  const std::string name = line.words(1, "the product's name, as one word in quotes").front();
  const std::string format = line.text("format");
  if (format != "text" && format != "json") throw UsageError("--format: found \"" + format + "\", wanted text or json");
  const EquivalenceOptions options = equivalence_from(line);
  const Policy policy = policy_from(line.text("policy"));
  const CatalogStore store = line.open();
  const CatalogProduct stored = store.product(name);
  const std::string full = stored.name();
  const std::vector<Candidate> all =
      store.candidates(choice_from(line, store), basis_from(line, store, basis_of(stored)));
  const auto product = std::find_if(all.begin(), all.end(), [&](const Candidate& one) { return one.name == full; });
  if (product == all.end())
    throw Error("unknown-product", {line.text("catalog")}, "the product \"" + name + "\"", "a product of the catalog");
  if (product->price && product->price->currency() != choice_from(line, store).currency) {
    throw Error("missing-rate", {line.text("catalog")}, "a price of " + full + " in " + product->price->currency(),
                "a rate of it in " + choice_from(line, store).currency + " (headscore catalog price rate)");
  }
  const SearchAnswer answer = cheapest_equivalent(*product, all, policy, options);
  const std::optional<Score> score =
      answer.kind == Kind::kUndecidable ? std::nullopt : std::optional(cost_performance(*product, answer));
  write_output(line.text("output"), [&](std::ostream& out) {
    if (format == "json") {
      out << json_of(*product, answer, score).dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
    } else {
      write_text(out, *product, answer, score, static_cast<std::size_t>(std::max(0, line.number("runners-up"))));
    }
  });
  return score ? kAllDone : kSomeFailed;
}

int run_catalog_all_pairs(const std::vector<std::string>& arguments) {
  po::options_description own = search_options();
  own.add_options()("format", text_option("csv"), "csv or json");
  const CatalogArguments line(arguments, own, "all-pairs [OPTION...]",
                              "Cost-performance of every product of the catalog, each against all others.");
  if (line.help()) return kAllDone;
  line.words(0, "no further word");
  const std::string format = line.text("format");
  if (format != "csv" && format != "json") throw UsageError("--format: found \"" + format + "\", wanted csv or json");
  const EquivalenceOptions options = equivalence_from(line);
  const Policy policy = policy_from(line.text("policy"));
  const CatalogStore store = line.open();
  const PriceChoice choice = choice_from(line, store);
  const ProductTable table = store.table(choice, basis_from(line, store, ""));
  const std::vector<PairResult> results = all_pairs(table, policy, options);
  write_output(line.text("output"), [&](std::ostream& out) {
    if (format == "csv") {
      write_pairs_csv(out, table, results, choice.currency);
    } else {
      write_pairs_json(out, table, results, choice.currency);
    }
  });
  return kAllDone;
}

}  // namespace headscore::cli
