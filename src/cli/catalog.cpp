// headscore catalog: products, prices and metrics in one file, and the cheapest equivalent found there.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iostream>

#include "cli/candidates.hpp"
#include "cli/catalog_command.hpp"
#include "cli/command.hpp"
#include "error/nearest_name.hpp"
#include "headscore/policy_library.hpp"
#include "io/number.hpp"
#include "io/text_format.hpp"
#include "io/text_lines.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;

double amount_from(const std::string& text, const std::string& what) {
  const std::optional<double> value = cell_number(text, NumberStyle{});
  if (!value) throw UsageError(fmt::format("{}: found \"{}\", wanted a number", what, text));
  return *value;
}

std::string price_line(const DatedPrice& price) {
  return fmt::format("{:g} {}, {}{}{}", price.price.amount(), price.price.currency(),
                     price.price.date().value_or("no date"),
                     price.condition == PriceCondition::kNew ? "" : ", " + std::string(to_string(price.condition)),
                     price.source.empty() ? "" : ", " + printable(price.source));
}

std::string metric_line(const CatalogMetric& metric) {
  const std::optional<Interval>& interval = metric.figure.interval;
  std::string text = fmt::format("{:<20} {}{:.4g} {}", metric.figure.metric,
                                 metric.figure.upper_bound ? "no worse than " : "", metric.figure.value, metric.unit);
  if (interval)
    text += fmt::format(" ({:.4g} to {:.4g}, {:.0f} %)", interval->low, interval->high, 100.0 * interval->coverage);
  if (metric.level_spl_db) text += fmt::format(", {:g} dB SPL", *metric.level_spl_db);
  if (!metric.figure.note.empty()) text += ", " + printable(metric.figure.note);
  return text;
}

int run_init(const std::vector<std::string>& arguments) {
  po::options_description own = catalog_options();
  own.add_options()("currency", text_option("USD"), "that prices are compared in");
  const CatalogArguments line(arguments, own, "init [OPTION...]", "Makes an empty catalog.");
  if (line.help()) return kAllDone;
  line.words(0, "no further word; the file is named by --catalog");
  static_cast<void>(CatalogStore::create(line.text("catalog"), line.text("currency")));
  std::cout << line.text("catalog") << ": an empty catalog in " << line.text("currency") << "\n";
  return kAllDone;
}

int run_export(const std::vector<std::string>& arguments) {
  po::options_description own = catalog_options();
  own.add_options()("format", text_option("csv"), "csv or json")("output,o", text_option(),
                                                                 "file instead of standard output");
  const CatalogArguments line(arguments, own, "export [OPTION...]",
                              "Writes everything that the catalog holds; import reads it back.");
  if (line.help()) return kAllDone;
  line.words(0, "no further word");
  const std::string format = line.text("format");
  if (format != "csv" && format != "json") throw UsageError("--format: found \"" + format + "\", wanted csv or json");
  const CatalogStore store = line.open();
  std::vector<CatalogProduct> products = store.products();
  const std::string output = line.text("output");
  const fs::path from = fs::absolute(line.text("catalog")).parent_path();
  const fs::path to = output.empty() || output == "-" ? from : fs::absolute(output).parent_path();
  if (from != to) {
    for (CatalogProduct& product : products) {
      for (CatalogMeasurement& file : product.measurements)
        file.path = (from / file.path).lexically_normal().lexically_proximate(to.lexically_normal()).generic_string();
    }
  }
  write_output(output, [&](std::ostream& out) {
    if (format == "csv") {
      write_catalog_csv(out, products, store.rates());
    } else {
      write_catalog_json(out, store.currency(), products, store.rates());
    }
  });
  return kAllDone;
}

std::vector<CatalogMetric> metrics_from(const std::vector<std::string>& pairs) {
  std::vector<CatalogMetric> metrics;
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.find('=');
    const std::size_t blank = pair.find_first_of(" %", equals == std::string::npos ? 0 : equals);
    std::vector<std::string> names;
    const MetricInfo* info = nullptr;
    for (const MetricInfo& known : known_metrics()) {
      names.emplace_back(known.name);
      if (known.name == trimmed(std::string_view(pair).substr(0, equals))) info = &known;
    }
    if (equals == std::string::npos || info == nullptr)
      throw UsageError("--metric: found \"" + pair + "\", wanted NAME=VALUE UNIT, NAME " +
                       suggestion(pair.substr(0, equals), names));
    const std::string unit =
        blank == std::string::npos ? "" : std::string(trimmed(std::string_view(pair).substr(blank)));
    if (unit != info->unit)
      throw UsageError(fmt::format("--metric: found {} {}, wanted its unit, {}", info->name,
                                   unit.empty() ? "without a unit" : "in \"" + unit + "\"", info->unit));
    CatalogMetric& metric = metrics.emplace_back();
    metric.figure.metric = info->name;
    metric.figure.value = amount_from(pair.substr(equals + 1, blank - equals - 1), "--metric");
    metric.figure.note = "given";
    metric.unit = unit;
  }
  return metrics;
}

po::options_description price_options() {
  po::options_description own = catalog_options();
  own.add_options()("currency", text_option(), "of the price; the catalog's own otherwise")(
      "date", text_option(), "day of the price; today otherwise");
  own.add_options()("condition", text_option("new"), "new, used or discontinued")("source", text_option(),
                                                                                  "where the price was seen");
  return own;
}

DatedPrice price_from(const CatalogArguments& line, const std::string& amount, const CatalogStore& store) {
  const std::optional<PriceCondition> condition = price_condition_from(line.text("condition"));
  if (!condition)
    throw UsageError("--condition: found \"" + line.text("condition") + "\", wanted new, used or discontinued");
  const std::string date = line.text("date").empty() ? line.today() : line.text("date");
  check_date(date, line.today(), {"--date"});
  const std::string currency = line.text("currency").empty() ? store.currency() : line.text("currency");
  return {Price(amount_from(amount, "price"), currency, date), *condition, line.text("source"), {}};
}

int run_add(const std::vector<std::string>& arguments) {
  po::options_description own = price_options();
  own.add_options()("brand", text_option(), "of a name whose first word is not its brand")("form", text_option(),
                                                                                           "over-ear or in-ear");
  own.add_options()("functions", text_option(), "wireless,anc,...")("price", text_option(), "its price");
  own.add_options()("alias", po::value<std::vector<std::string>>(), "another name; may be repeated");
  own.add_options()("metric", po::value<std::vector<std::string>>(),
                    "\"NAME=VALUE UNIT\", for example \"thd=0.1 %\"; may be repeated");
  own.add_options()("update", po::bool_switch(), "change the product where it is there");
  const CatalogArguments line(arguments, own, "add NAME [OPTION...]", "Adds one product.");
  if (line.help()) return kAllDone;
  const std::string name = line.words(1, "the product's name, as one word in quotes").front();
  CatalogStore store = line.open();
  CatalogEntry entry;
  CatalogProduct& product = entry.product;
  product.brand = line.text("brand");
  product.model = name;
  if (const std::size_t blank = name.find(' '); product.brand.empty() && blank != std::string::npos) {
    product.brand = name.substr(0, blank);
    product.model = std::string(trimmed(std::string_view(name).substr(blank)));
  } else if (!product.brand.empty() && name.starts_with(product.brand + " ")) {
    product.model = std::string(trimmed(std::string_view(name).substr(product.brand.size())));
  }
  if (const std::string form = line.text("form"); !form.empty()) {
    product.form = form_factor_from(form);
    if (!product.form) throw UsageError("--form: found \"" + form + "\", wanted over-ear or in-ear");
  }
  product.functions = line.functions("functions");
  product.aliases = line.list("alias");
  product.metrics = metrics_from(line.list("metric"));
  if (const std::string price = line.text("price"); !price.empty())
    product.prices.push_back(price_from(line, price, store));
  CatalogImport import;
  import.entries.push_back(std::move(entry));
  return told(store.apply(import, line.flag("update") ? OnExisting::kUpdate : OnExisting::kRefuse), {}, 0);
}

int run_list(const std::vector<std::string>& arguments) {
  const CatalogArguments line(arguments, catalog_options(), "list [OPTION...]",
                              "Lists the products with the price that counts and the metrics that are known.");
  if (line.help()) return kAllDone;
  line.words(0, "no further word");
  const CatalogStore store = line.open();
  const std::vector<Candidate> all = store.candidates({store.currency(), line.today()});
  for (const Candidate& one : all) {
    std::string metrics;
    for (const MetricValue& metric : one.metrics)
      metrics += (metrics.empty() ? "" : ", ") + fmt::format("{} {:.4g}", metric.metric, metric.value);
    std::cout << fmt::format("{:<40} {:<9} {:>12}  {}\n", printable(one.name), one.form ? to_string(*one.form) : "-",
                             one.price ? fmt::format("{:.2f} {}", one.price->amount(), one.price->currency()) : "-",
                             metrics.empty() ? "nothing measured" : metrics);
  }
  std::cout << fmt::format("{} products, prices in {}\n", all.size(), store.currency());
  return kAllDone;
}

int run_show(const std::vector<std::string>& arguments) {
  const CatalogArguments line(arguments, catalog_options(), "show NAME [OPTION...]",
                              "Tells everything that is known of a product.");
  if (line.help()) return kAllDone;
  const CatalogProduct product =
      line.open().product(line.words(1, "the product's name, as one word in quotes").front());
  std::cout << fmt::format("{}\n  brand        {}\n  model        {}\n  form         {}\n", printable(product.name()),
                           printable(product.brand), printable(product.model),
                           product.form ? to_string(*product.form) : "not known");
  for (const std::string& alias : product.aliases) std::cout << "  alias        " << printable(alias) << "\n";
  for (const std::string& function : product.functions) std::cout << "  function     " << function << "\n";
  for (const DatedPrice& price : product.prices) std::cout << "  price        " << price_line(price) << "\n";
  for (const CatalogMetric& metric : product.metrics) std::cout << "  metric       " << metric_line(metric) << "\n";
  for (const CatalogMeasurement& file : product.measurements) {
    std::cout << fmt::format("  measurement  {}{}, SHA-256 {}\n", printable(file.path),
                             file.rig.empty() ? "" : " on " + file.rig, file.sha256.substr(0, 16));
  }
  return kAllDone;
}

int run_price_add(const std::vector<std::string>& arguments) {
  const CatalogArguments line(arguments, price_options(), "price add NAME AMOUNT [OPTION...]",
                              "Adds a dated price to a product.");
  if (line.help()) return kAllDone;
  const std::vector<std::string> words = line.words(2, "the product's name and the amount");
  CatalogStore store = line.open();
  const CatalogProduct known = store.product(words[0]);
  CatalogEntry entry;
  entry.declares = false;
  entry.product.brand = known.brand;
  entry.product.model = known.model;
  entry.product.prices.push_back(price_from(line, words[1], store));
  CatalogImport import;
  import.entries.push_back(std::move(entry));
  return told(store.apply(import), {}, 0);
}

int run_price_rate(const std::vector<std::string>& arguments) {
  po::options_description own = catalog_options();
  own.add_options()("date", text_option(), "day of the rate; today otherwise")("source", text_option(), "whose rate");
  const CatalogArguments line(arguments, own, "price rate BASE QUOTE RATE [OPTION...]",
                              "Adds an exchange rate: 1 BASE = RATE QUOTE.");
  if (line.help()) return kAllDone;
  const std::vector<std::string> words = line.words(3, "two currencies and the rate, for example GBP USD 1.27");
  const double value = amount_from(words[2], "rate");
  if (!(value > 0.0)) throw UsageError("rate: found " + words[2] + ", wanted a number above zero");
  for (std::size_t i = 0; i < 2; ++i) static_cast<void>(Price(1.0, words[i]));
  if (words[0] == words[1]) throw UsageError("found a rate of " + words[0] + " in itself, wanted two currencies");
  const std::string date = line.text("date").empty() ? line.today() : line.text("date");
  check_date(date, line.today(), {"--date"});
  CatalogStore store = line.open();
  CatalogImport import;
  import.rates.push_back({words[0], words[1], value, date, line.text("source")});
  return told(store.apply(import), {}, 0);
}

int run_price_list(const std::vector<std::string>& arguments) {
  const CatalogArguments line(arguments, catalog_options(), "price list [NAME] [OPTION...]",
                              "Lists a product's prices, or the exchange rates without a name.");
  if (line.help()) return kAllDone;
  const std::vector<std::string> words = line.words();
  const CatalogStore store = line.open();
  if (words.size() > 1)
    throw UsageError(fmt::format("found {} words, wanted one product's name or none", words.size()));
  if (words.empty()) {
    for (const ExchangeRate& rate : store.rates())
      std::cout << fmt::format("1 {} = {:g} {}, {}{}\n", rate.base, rate.rate, rate.quote, rate.date,
                               rate.source.empty() ? "" : ", " + printable(rate.source));
    return kAllDone;
  }
  for (const DatedPrice& price : store.product(words.front()).prices) std::cout << price_line(price) << "\n";
  return kAllDone;
}

struct Action {
  const char* name;
  const char* summary;
  int (*run)(const std::vector<std::string>& arguments);
};

int run_price(const std::vector<std::string>& arguments);

constexpr std::array<Action, 9> kActions = {{
    {"init", "make an empty catalog", run_init},
    {"import", "add what CSV, JSON, measurements or review pages hold", run_catalog_import},
    {"export", "write everything as CSV or JSON", run_export},
    {"add", "add one product", run_add},
    {"list", "list the products", run_list},
    {"show", "tell everything that is known of one", run_show},
    {"price", "add and list dated prices and exchange rates", run_price},
    {"cheapest", "find the cheapest equivalent of a product", run_catalog_cheapest},
    {"all-pairs", "cost-performance of every product at once", run_catalog_all_pairs},
}};

constexpr std::array<Action, 3> kPriceActions = {{
    {"add", "add a dated price: price add NAME AMOUNT", run_price_add},
    {"rate", "add an exchange rate: price rate GBP USD 1.27", run_price_rate},
    {"list", "list a product's prices, or the rates: price list [NAME]", run_price_list},
}};

template <std::size_t N>
int dispatched(const std::array<Action, N>& actions, const std::string& command,
               const std::vector<std::string>& arguments) {
  const bool help = !arguments.empty() && (arguments[0] == "--help" || arguments[0] == "-h" || arguments[0] == "help");
  if (arguments.empty() || help) {
    std::ostream& out = help ? std::cout : std::cerr;
    out << "usage: headscore " << command << " ACTION [ARGUMENT...]\n\n";
    for (const Action& action : actions) out << fmt::format("  {:<10} {}\n", action.name, action.summary);
    out << "\n`headscore " << command
        << " ACTION --help` tells an action's options.\nThe catalog is one file, catalog.sqlite unless --catalog names "
           "another.\n";
    return help ? kAllDone : kUsage;
  }
  std::vector<std::string> names;
  for (const Action& action : actions) {
    if (action.name == arguments[0]) return action.run({arguments.begin() + 1, arguments.end()});
    names.emplace_back(action.name);
  }
  throw UsageError("found the action \"" + arguments[0] + "\", wanted " + suggestion(arguments[0], names));
}

int run_price(const std::vector<std::string>& arguments) {
  return dispatched(kPriceActions, "catalog price", arguments);
}

}  // namespace

CatalogArguments::CatalogArguments(const std::vector<std::string>& arguments, const po::options_description& own,
                                   const std::string& usage, const std::string& text) {
  help_ = !parsed_options(arguments, own, "usage: headscore catalog " + usage + "\n\n" + text, "", values_);
  if (!help_ && !this->text("today").empty()) check_date(this->text("today"), "", {"--today"});
}

std::vector<std::string> CatalogArguments::list(const char* name) const {
  return !values_.contains(name) ? std::vector<std::string>{} : values_[name].as<std::vector<std::string>>();
}

std::vector<std::string> CatalogArguments::words(std::size_t count, const std::string& wanted) const {
  std::vector<std::string> all = words();
  if (all.size() != count) throw UsageError(fmt::format("found {} words, wanted {}", all.size(), wanted));
  return all;
}

std::string CatalogArguments::today() const {
  const std::string given = text("today");
  return given.empty() ? day_of_clock() : given;
}

std::set<std::string> CatalogArguments::functions(const char* name) const {
  std::set<std::string> result;
  const std::vector<std::string> known(known_functions().begin(), known_functions().end());
  for (const std::string& one : comma_list(text(name))) {
    if (std::find(known.begin(), known.end(), one) == known.end())
      throw UsageError(fmt::format("--{}: found \"{}\", wanted {}", name, one, suggestion(one, known)));
    result.insert(one);
  }
  return result;
}

po::options_description catalog_options() {
  po::options_description options("Options", 80, 40);
  options.add_options()("catalog,c", text_option("catalog.sqlite"), "the catalog's file");
  options.add_options()("today", text_option(), "day that counts as today, 2026-01-31; the machine's clock otherwise");
  return options;
}

po::typed_value<std::string>* text_option(const char* value) { return po::value<std::string>()->default_value(value); }

std::vector<std::string> comma_list(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string part(trimmed(std::string_view(text).substr(at, comma - at)));
    if (!part.empty()) parts.push_back(part);
    at = comma + 1;
  }
  return parts;
}

Policy policy_from(const std::string& name_or_file) {
  std::error_code error;
  return fs::exists(name_or_file, error) ? read_policy(name_or_file) : bundled_policy(name_or_file);
}

int told(const ImportReport& report, const std::vector<std::string>& notes, std::size_t left_out) {
  for (const std::string& note : notes) std::cerr << "note: " << printable(note) << "\n";
  for (const Error& error : report.errors) std::cerr << "headscore: " << printable(error.what()) << "\n";
  if (!report.errors.empty()) {
    std::cerr << fmt::format("nothing was changed: {} {}\n", report.errors.size(),
                             report.errors.size() == 1 ? "error" : "errors");
    return kNothing;
  }
  for (const std::string& near : report.near_matches)
    std::cerr << "near match, not merged: " << printable(near) << "\n";
  std::cout << fmt::format("{} added, {} changed, {} prices, {} rates{}\n", report.added, report.updated, report.prices,
                           report.rates, left_out == 0 ? "" : fmt::format(", {} left out", left_out));
  return left_out == 0 ? kAllDone : kSomeFailed;
}

int run_catalog(const std::vector<std::string>& arguments) { return dispatched(kActions, "catalog", arguments); }

}  // namespace headscore::cli
