// headscore like: what sounds alike, and what it costs.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <optional>
#include <ostream>

#include "cli/candidates.hpp"
#include "cli/command.hpp"
#include "cli/results_view.hpp"
#include "headscore/catalog.hpp"
#include "headscore/catalog_store.hpp"
#include "io/output_file.hpp"
#include "io/text_format.hpp"
#include "io/text_lines.hpp"

namespace headscore::cli {
namespace {

namespace po = boost::program_options;

/// Prices of a catalog by lower-case name.
std::map<std::string, Price> prices_of(const std::string& catalog) {
  std::map<std::string, Price> prices;
  const auto add = [&prices](const Candidate& product) {
    if (product.price) prices.emplace(lowered(product.name), *product.price);
  };
  if (catalog.empty()) return prices;
  if (CatalogStore::is_catalog(catalog)) {
    for (const Candidate& product : candidates_of(catalog, {}, 1)) add(product);
  } else {
    for (const CatalogRow& row : read_catalog(catalog)) add(row.product);
  }
  return prices;
}

std::optional<Price> price_of(const std::map<std::string, Price>& prices, const std::string& product) {
  const auto found = prices.find(lowered(product));
  return found == prices.end() ? std::nullopt : std::optional(found->second);
}

/// The folder that results are of is "" in them.
std::string folder_text(const std::string& folder) { return folder.empty() ? "the uppermost folder" : folder; }

std::string price_text(const std::optional<Price>& price) {
  return price ? fmt::format("{} {}", significant(price->amount(), 7), price->currency()) : std::string();
}

bool is_cheaper(const std::optional<Price>& own, const std::optional<Price>& other) {
  return own && other && own->currency() == other->currency() && other->amount() < own->amount();
}

void write_text(std::ostream& out, const AlikeAnswer& answer, const std::map<std::string, Price>& prices,
                bool cheaper) {
  const std::optional<Price> own = price_of(prices, answer.product);
  out << fmt::format(
      "Like {}{}: rms and largest difference of the responses, 20 Hz-16 kHz,\nin sixths of an octave, after their mean "
      "levels were made equal\n",
      printable(answer.product), own ? " (" + price_text(own) + ")" : "");
  const auto called = counts_of_names(answer.nearest);
  for (const Alike& alike : answer.nearest) {
    const std::optional<Price> price = price_of(prices, alike.product);
    const std::string score = alike.preference ? "preference " + value_text(alike.preference->value) : "";
    const bool of_one_name = called.at(alike.product) > 1 || alike.product == answer.product;
    const std::string where = of_one_name ? ", in " + printable(folder_text(alike.folder)) : "";
    out << fmt::format("  {:5.2f} dB  {:5.1f} dB  {}  {} {}{}{}\n", alike.rms_db, alike.largest_db,
                       padded(shortened(printable(alike.product), 32), 32), score, price_text(price),
                       is_cheaper(own, price) ? ", costs less" : "", where);
  }
  if (answer.nearest.empty())
    out << (cheaper ? "  nothing that is known to cost less\n" : "  nothing of its form that can be compared\n");
}

void write_json(std::ostream& out, const AlikeAnswer& answer, const std::map<std::string, Price>& prices) {
  const auto write_price = [](JsonText& json, const std::optional<Price>& price) {
    json.number_field("price", price ? std::optional(price->amount()) : std::nullopt)
        .text_field("currency", price ? price->currency() : "");
  };
  JsonText json;
  json.begin_object().text_field("product", answer.product);
  write_price(json, price_of(prices, answer.product));
  json.key("nearest").begin_array();
  for (const Alike& alike : answer.nearest) {
    json.begin_object()
        .text_field("folder", alike.folder)
        .text_field("product", alike.product)
        .number_field("rms_db", alike.rms_db);
    json.number_field("largest_db", alike.largest_db)
        .number_field("preference", alike.preference ? std::optional(alike.preference->value) : std::nullopt);
    write_price(json, price_of(prices, alike.product));
    json.end_object();
  }
  json.end_array().end_object().newline();
  out << json.str();
}

}  // namespace

int run_like(const std::vector<std::string>& arguments) {
  po::options_description options("Options", 80, 40);
  options.add_options()("catalog", po::value<std::string>()->default_value(""),
                        "catalog (SQLite), or CSV of products: their prices are shown");
  options.add_options()("cheaper", po::bool_switch(), "only what costs less, by the catalog");
  add_view_options(options, 10);
  po::variables_map values;
  const char* usage =
      "usage: headscore like NAME RESULTS [OPTION...]\n\n"
      "The products of the same form whose responses are nearest to NAME's.";
  if (!parsed_options(arguments, options, usage,
                      "\nExample:\n  headscore like \"Moondrop Aria\" results.jsonl --catalog prices.csv --cheaper\n",
                      values))
    return kAllDone;
  const std::vector<std::string> words = positional(values, 2, "headscore like NAME RESULTS");
  const bool json = wants_json(values);
  const bool cheaper = values["cheaper"].as<bool>();
  const std::map<std::string, Price> prices = prices_of(values["catalog"].as<std::string>());
  if (cheaper && prices.empty()) throw UsageError("found --cheaper without prices, wanted --catalog FILE");
  const std::size_t top = values["top"].as<std::size_t>();
  constexpr std::size_t kAll = std::size_t{1} << 40U;
  AlikeAnswer answer = alike_results(words[1], words[0], top == 0 || cheaper ? kAll : top);
  if (answer.namesakes != 0) {
    std::cerr << fmt::format("headscore: {} products are called \"{}\"; that of {} was taken\n", answer.namesakes + 1,
                             printable(answer.product), printable(folder_text(answer.folder)));
  }
  if (cheaper) {
    const std::optional<Price> own = price_of(prices, answer.product);
    if (!own)
      throw Error("no-price", {values["catalog"].as<std::string>()}, "no price of \"" + answer.product + "\"",
                  "a row with one");
    const auto of_another_currency =
        std::count_if(answer.nearest.begin(), answer.nearest.end(), [&](const Alike& alike) {
          const std::optional<Price> price = price_of(prices, alike.product);
          return price && price->currency() != own->currency();
        });
    if (of_another_currency != 0) {
      std::cerr << fmt::format("headscore: found {} in another currency than {}, left out\n",
                               counted(static_cast<std::size_t>(of_another_currency), "price"), own->currency());
    }
    std::erase_if(answer.nearest,
                  [&](const Alike& alike) { return !is_cheaper(own, price_of(prices, alike.product)); });
    if (top != 0 && answer.nearest.size() > top)
      answer.nearest.erase(answer.nearest.begin() + static_cast<std::ptrdiff_t>(top), answer.nearest.end());
  }
  refuse_input_as_output(values["output"].as<std::string>(), {words[1], values["catalog"].as<std::string>()});
  write_output(values["output"].as<std::string>(), [&](std::ostream& out) {
    json ? write_json(out, answer, prices) : write_text(out, answer, prices, cheaper);
  });
  return kAllDone;
}

}  // namespace headscore::cli
