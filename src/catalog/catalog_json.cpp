// The catalog as JSON: everything it holds, both ways.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "error/nearest_name.hpp"
#include "headscore/catalog_store.hpp"
#include "io/file_bytes.hpp"

namespace headscore {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostBytes = std::size_t{2} << 30U;

Json json_of(const CatalogMetric& metric) {
  Json json = {{"metric", metric.figure.metric}, {"value", metric.figure.value}, {"unit", metric.unit}};
  if (metric.figure.upper_bound) json["upper_bound"] = true;
  if (const auto& interval = metric.figure.interval)
    json["interval"] = {{"low", interval->low}, {"high", interval->high}, {"coverage", interval->coverage}};
  if (metric.level_spl_db) json["level_spl_db"] = *metric.level_spl_db;
  if (!metric.figure.note.empty()) json["note"] = metric.figure.note;
  if (!metric.basis.empty()) json["basis"] = metric.basis;
  return json;
}

Json json_of(const CatalogProduct& product) {
  Json json = {{"brand", product.brand},
               {"model", product.model},
               {"form", product.form ? Json(to_string(*product.form)) : Json(nullptr)}};
  json["aliases"] = product.aliases;
  json["functions"] = product.functions;
  json["prices"] = Json::array();
  for (const DatedPrice& price : product.prices) {
    Json one = {{"amount", price.price.amount()},
                {"currency", price.price.currency()},
                {"condition", to_string(price.condition)}};
    if (price.price.date()) one["date"] = *price.price.date();
    if (!price.source.empty()) one["source"] = price.source;
    json["prices"].push_back(std::move(one));
  }
  json["measurements"] = Json::array();
  for (const CatalogMeasurement& file : product.measurements)
    json["measurements"].push_back({{"file", file.path}, {"sha256", file.sha256}, {"rig", file.rig}});
  json["metrics"] = Json::array();
  for (const CatalogMetric& metric : product.metrics) json["metrics"].push_back(json_of(metric));
  return json;
}

/// Line and column of a byte.
Location place_of(const std::string& text, std::size_t byte, const std::string& file) {
  const std::string_view before = std::string_view(text).substr(0, std::min(byte == 0 ? 0 : byte - 1, text.size()));
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {file, static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
          before.size() - line_start + 1};
}

class JsonCatalog {
 public:
  JsonCatalog(const std::filesystem::path& path, std::string today) : path_(path), today_(std::move(today)) {}

  CatalogImport run() {
    const std::string text = read_bytes(path_, kMostBytes);
    Json json;
    try {
      json = Json::parse(text);
    } catch (const Json::parse_error& error) {
      throw Error("bad-catalog", place_of(text, error.byte, path_.string()), "text that is not JSON",
                  "a catalog as headscore catalog export --format json writes it");
    }
    if (!json.is_object() || !json.contains("products") || !json["products"].is_array())
      throw Error("bad-catalog", {path_.string()}, "no list of products",
                  "a catalog as headscore catalog export --format json writes it");
    each(json.value("rates", Json::array()), "rates",
         [&](const Json& rate) { import_.rates.push_back(rate_from(rate)); });
    each(json["products"], "products", [&](const Json& product) { import_.entries.push_back(entry_from(product)); });
    return std::move(import_);
  }

 private:
  /// JSON has no lines once it is read: places are paths such as products[3].prices[0].
  template <typename Read>
  void each(const Json& list, const std::string& name, const Read& read) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      path_in_file_ = name + "[" + std::to_string(i) + "]";
      try {
        read(list[i]);
      } catch (const Error& error) {
        import_.errors.emplace_back(error.code(), Location{path_.string()}, error.found() + " at " + path_in_file_,
                                    error.wanted());
      } catch (const Json::exception&) {
        import_.errors.emplace_back("bad-catalog", Location{path_.string()},
                                    "a member that is missing or of another kind at " + path_in_file_,
                                    "what headscore catalog export --format json writes");
      }
    }
  }

  [[nodiscard]] ExchangeRate rate_from(const Json& json) const {
    ExchangeRate rate{json.at("base"), json.at("quote"), json.at("rate"), json.at("date"), json.value("source", "")};
    if (!(rate.rate > 0.0))
      throw Error("bad-rate", {}, "a rate of " + std::to_string(rate.rate), "a number above zero");
    for (const std::string& currency : {rate.base, rate.quote}) static_cast<void>(Price(1.0, currency));
    if (rate.base == rate.quote) throw Error("bad-rate", {}, "a rate of " + rate.base + " in itself", "two currencies");
    check_date(rate.date, today_, {});
    return rate;
  }

  [[nodiscard]] CatalogEntry entry_from(const Json& json) const {
    CatalogEntry entry;
    entry.where = {path_.string()};
    CatalogProduct& product = entry.product;
    product.brand = json.value("brand", "");
    product.model = json.at("model");
    product.aliases = json.value("aliases", std::vector<std::string>{});
    product.functions = json.value("functions", std::set<std::string>{});
    if (const Json& form = json.value("form", Json(nullptr)); !form.is_null()) {
      product.form = form_factor_from(form.get<std::string>());
      if (!product.form)
        throw Error("bad-catalog", {}, "the form \"" + form.get<std::string>() + "\"", "over-ear, in-ear or null");
    }
    for (const Json& price : json.value("prices", Json::array())) product.prices.push_back(price_from(price));
    for (const Json& file : json.value("measurements", Json::array()))
      product.measurements.push_back(measurement_from(file));
    for (const Json& metric : json.value("metrics", Json::array())) product.metrics.push_back(metric_from(metric));
    return entry;
  }

  [[nodiscard]] DatedPrice price_from(const Json& json) const {
    const std::optional<std::string> date =
        json.contains("date") ? std::optional(json["date"].get<std::string>()) : std::nullopt;
    if (date) check_date(*date, today_, {});
    const std::string word = json.value("condition", "new");
    const std::optional<PriceCondition> condition = price_condition_from(word);
    if (!condition) throw Error("bad-catalog", {}, "the condition \"" + word + "\"", "new, used or discontinued");
    return {
        Price(json.at("amount"), json.at("currency"), date), *condition, json.value("source", ""), {path_.string()}};
  }

  [[nodiscard]] CatalogMeasurement measurement_from(const Json& json) const {
    CatalogMeasurement file{json.at("file"), json.value("sha256", ""), json.value("rig", "")};
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path_.parent_path() / file.path, ignored)) {
      throw Error("broken-reference", {}, "the measurement file \"" + file.path + "\" that is not there",
                  "a file relative to the catalog's folder");
    }
    const std::string hash = sha256_hex(read_bytes(path_.parent_path() / file.path, kMostBytes));
    if (!file.sha256.empty() && file.sha256 != hash)
      throw Error("broken-reference", {}, "another hash than that of \"" + file.path + "\", " + hash,
                  "the file that was measured");
    file.sha256 = hash;
    return file;
  }

  [[nodiscard]] static CatalogMetric metric_from(const Json& json) {
    CatalogMetric metric{
        {json.at("metric"), json.at("value"), json.value("upper_bound", false), json.value("note", "")},
        json.value("unit", ""),
        std::nullopt,
        json.value("basis", "")};
    const std::string& name = metric.figure.metric;
    std::vector<std::string> names;
    const MetricInfo* info = nullptr;
    for (const MetricInfo& known : known_metrics()) {
      names.emplace_back(known.name);
      if (known.name == name) info = &known;
    }
    if (info == nullptr) throw Error("bad-catalog", {}, "the metric \"" + name + "\"", suggestion(name, names));
    if (metric.unit.empty())
      throw Error("metric-without-unit", {}, "the metric " + name + " without a unit",
                  "its unit, " + std::string(info->unit));
    if (metric.unit != info->unit)
      throw Error("metric-unit", {}, "the unit \"" + metric.unit + "\" of " + name, std::string(info->unit));
    if (json.contains("level_spl_db")) metric.level_spl_db = json["level_spl_db"].get<double>();
    if (json.contains("interval")) {
      const Json& interval = json["interval"];
      metric.figure.interval = Interval{interval.at("low"), interval.at("high"), interval.value("coverage", 0.9), ""};
      if (metric.figure.interval->low > metric.figure.value || metric.figure.interval->high < metric.figure.value) {
        throw Error("bad-catalog", {}, "an interval of " + name + " that does not hold its value",
                    "low <= value <= high");
      }
    }
    return metric;
  }

  std::filesystem::path path_;
  std::string today_;
  std::string path_in_file_;
  CatalogImport import_;
};

}  // namespace

CatalogImport read_catalog_json(const std::filesystem::path& path, const std::string& today) {
  return JsonCatalog(path, today).run();
}

void write_catalog_json(std::ostream& out, const std::string& currency, const std::vector<CatalogProduct>& products,
                        const std::vector<ExchangeRate>& rates) {
  Json json = {{"headscore_catalog", CatalogStore::kSchemaVersion},
               {"currency", currency},
               {"rates", Json::array()},
               {"products", Json::array()}};
  for (const ExchangeRate& rate : rates) {
    Json one = {{"base", rate.base}, {"quote", rate.quote}, {"rate", rate.rate}, {"date", rate.date}};
    if (!rate.source.empty()) one["source"] = rate.source;
    json["rates"].push_back(std::move(one));
  }
  for (const CatalogProduct& product : products) json["products"].push_back(json_of(product));
  out << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

}  // namespace headscore
