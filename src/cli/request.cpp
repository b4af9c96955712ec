#include "cli/request.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/command.hpp"
#include "error/nearest_name.hpp"
#include "headscore/policy_library.hpp"
#include "headscore/rig.hpp"
#include "headscore/target_library.hpp"
#include "io/number.hpp"
#include "io/text_lines.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;

const ScoreOptions kDefaults;

double number_from(const std::string& text, const std::string& what) {
  const std::optional<double> value = cell_number(text, NumberStyle{});
  if (!value) throw UsageError(fmt::format("{}: found \"{}\", wanted a number", what, text));
  return *value;
}

}  // namespace

po::options_description scoring_options() {
  const auto text = [](const char* value = "") { return po::value<std::string>()->default_value(value); };
  po::options_description options("Options", 80, 40);
  options.add_options()("form", text("auto"), "over-ear, in-ear or auto (sidecar, phone book, target, model)");
  options.add_options()("rig", text(), "rig of the measurement: gras-45ca, iec-60318-4, bk-5128, ...");
  options.add_options()("target", text(), "bundled target or any file (the model's own otherwise)");
  options.add_options()("tilt", po::value<double>(), "tilt the target, dB/octave");
  options.add_options()("bass-shelf", text(), "shelve the target: Hz,dB[,Q]");
  options.add_options()("treble-shelf", text(), "shelve the target: Hz,dB[,Q]");
  options.add_options()("model", text(), "preference models, ID[,ID...]: see headscore models");
  options.add_options()("policy", text("audioreview-2026"), "policy of scientific validity, id or YAML file");
  options.add_options()("data", text("auto"), "raw, compensated or auto (by content)");
  options.add_options()("align", text(), "level alignment of what is shown: mean:200-2000, 1000, least-squares");
  options.add_options()("smoothing", text("none"),
                        "smoothing of what is shown: none, 1/1..1/48, erb; \",power\" behind");
  options.add_options()("grid", po::value<double>()->default_value(kDefaults.points_per_octave),
                        "points per octave of the curves that are shown");
  options.add_options()("price", text(), "price of the product");
  options.add_options()("currency", text("USD"), "of --price and of comparators without one");
  options.add_options()("price-date", text(), "day of the price, 2026-01-31");
  options.add_options()("comparator", po::value<std::vector<std::string>>(),
                        "\"NAME=PRICE[ CUR][@DATE]\": a product taken as equivalent or better; may be repeated");
  options.add_options()("catalog", text(),
                        "products (a catalog of headscore catalog, or CSV): the cheapest equivalent is searched there");
  options.add_options()("functions", text(), "functions of the product: wireless,anc,...");
  options.add_options()("ignore-functions", text(), "functions that the comparator may lack");
  options.add_options()("given", po::value<std::vector<std::string>>(),
                        "scores and figures that are not computed: technology=, reliability=, rationality= (0 to 1), "
                        "thd_percent=, isolation_db=, signal_to_noise_db=");
  options.add_options()("manufacturer-data", po::bool_switch(),
                        "the data are the manufacturer's: validity moves 0.1 towards 0.5");
  options.add_options()("intervals", po::value<int>()->default_value(kDefaults.bootstrap_replicates),
                        "draws of the bootstrap, 0: no intervals");
  options.add_options()("seed", po::value<std::uint64_t>()->default_value(kDefaults.seed), "of the bootstrap");
  return options;
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string part(trimmed(std::string_view(text).substr(at, comma - at)));
    if (!part.empty()) parts.push_back(part);
    at = comma + 1;
  }
  return parts;
}

Request::Request(const po::variables_map& values) : values_(values) {
  options_.policy = policy();
  read_product();
  read_target();
  read_view();
  read_prices();
  read_given();
  check(options_);
  check_contradictions();
}

std::vector<std::string> Request::list(const char* name) const {
  return !values_.contains(name) ? std::vector<std::string>{} : values_[name].as<std::vector<std::string>>();
}

Policy Request::policy() const {
  const std::string name = text("policy");
  std::error_code error;
  return fs::exists(name, error) ? read_policy(name) : bundled_policy(name);
}

void Request::read_product() {
  if (const std::string form = text("form"); form != "auto") {
    options_.form = form_factor_from(form);
    if (!options_.form) throw UsageError("found the form \"" + form + "\", wanted over-ear, in-ear or auto");
  }
  if (const std::string rig = text("rig"); !rig.empty() && lowered(rig) != "unknown") {
    options_.rig = rig_from(rig);
    if (!options_.rig) {
      std::vector<std::string> ids;
      for (const Rig& known : known_rigs()) ids.emplace_back(known.id);
      throw UsageError("found the rig \"" + rig + "\", wanted " + suggestion(rig, ids));
    }
  }
  if (const std::string data = text("data"); data != "auto") {
    if (data != "raw" && data != "compensated")
      throw UsageError("--data: found \"" + data + "\", wanted raw, compensated or auto");
    options_.compensated = data == "compensated";
  }
  options_.manufacturer_data = values_["manufacturer-data"].as<bool>();
  options_.product_functions = functions("functions");
  options_.ignored_functions = functions("ignore-functions");
}

std::set<std::string> Request::functions(const char* option) const {
  std::set<std::string> result;
  for (const std::string& name : split_list(text(option))) {
    const std::vector<std::string_view>& known = known_functions();
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      throw UsageError(
          fmt::format("--{}: found \"{}\", wanted {}", option, name, suggestion(name, {known.begin(), known.end()})));
    }
    result.insert(name);
  }
  return result;
}

void Request::read_target() {
  if (const std::string target = text("target"); !target.empty()) options_.target = target_from(target);
  if (values_.contains("tilt")) options_.adjustment.tilt_db_per_octave = values_["tilt"].as<double>();
  add_shelf("bass-shelf", Shelf::Side::kBass);
  add_shelf("treble-shelf", Shelf::Side::kTreble);
  for (const std::string& id : split_list(text("model"))) options_.models.emplace_back(scoring_model(id).id);
}

void Request::add_shelf(const char* option, Shelf::Side side) {
  const std::string value = text(option);
  if (value.empty()) return;
  const std::vector<std::string> parts = split_list(value);
  if (parts.size() != 2 && parts.size() != 3)
    throw UsageError(fmt::format("--{}: found \"{}\", wanted Hz,dB[,Q]", option, value));
  Shelf shelf;
  shelf.side = side;
  shelf.frequency_hz = number_from(parts[0], option);
  shelf.gain_db = number_from(parts[1], option);
  if (parts.size() == 3) shelf.q = number_from(parts[2], option);
  if (shelf.frequency_hz <= 0.0 || shelf.q <= 0.0)
    throw UsageError(fmt::format("--{}: found \"{}\", wanted a frequency and a Q above zero", option, value));
  options_.adjustment.shelves.push_back(shelf);
}

void Request::read_view() {
  if (const std::string align = text("align"); !align.empty()) options_.alignment = alignment_from(align);
  options_.smoothing = smoothing_from(text("smoothing"));
  options_.points_per_octave = values_["grid"].as<double>();
  options_.bootstrap_replicates = values_["intervals"].as<int>();
  options_.seed = values_["seed"].as<std::uint64_t>();
}

void Request::read_prices() {
  const std::string currency = text("currency");
  const std::string date = text("price-date");
  const std::vector<std::string> comparators = list("comparator");
  if (const std::string price = text("price"); !price.empty()) {
    options_.price = Price(number_from(price, "--price"), currency, date.empty() ? std::nullopt : std::optional(date));
  } else if (!comparators.empty() || !date.empty() || !values_["currency"].defaulted()) {
    throw UsageError("found --comparator, --currency or --price-date without --price, wanted the product's price");
  }
  for (const std::string& comparator : comparators) {
    options_.comparators.push_back(comparator_from(comparator, currency));
    const Price& other = options_.comparators.back().price;
    if (other.currency() != options_.price->currency()) {
      throw UsageError(fmt::format("found prices in {} and {}, wanted one currency: no exchange rate is assumed",
                                   options_.price->currency(), other.currency()));
    }
  }
  if (!comparators.empty() && !text("catalog").empty())
    throw UsageError("found --comparator and --catalog, wanted one of them");
}

void Request::read_given() {
  for (const std::string& group : list("given")) {
    for (const std::string& pair : split_list(group)) {
      const std::size_t equals = pair.find('=');
      if (equals == std::string::npos) throw UsageError("--given: found \"" + pair + "\", wanted NAME=NUMBER");
      std::string key(trimmed(std::string_view(pair).substr(0, equals)));
      std::replace(key.begin(), key.end(), '-', '_');
      const double value = number_from(pair.substr(equals + 1), "--given " + key);
      if (!options_.given.emplace(key, value).second)
        throw UsageError("--given: found " + key + " twice, wanted it once");
    }
  }
}

void Request::check_contradictions() const {
  for (const std::string& id : options_.models) {
    const ScoringModel& model = scoring_model(id);
    if (options_.form && model.form && *model.form != *options_.form) {
      throw UsageError(fmt::format("found --form {} and the {} model {}, wanted options that agree",
                                   to_string(*options_.form), to_string(*model.form), id));
    }
  }
  if (options_.compensated && *options_.compensated && options_.target && options_.target->fields().raw) {
    throw UsageError(
        fmt::format("found --data compensated and the raw target {}, wanted --target flat", options_.target->name()));
  }
}

Request checked_request(const po::variables_map& values) {
  try {
    return Request(values);
  } catch (const Error& error) {  // an unknown target or model, a price of zero: the command line is what is wrong
    throw UsageError(error.what());
  }
}

}  // namespace headscore::cli
