// The catalog's CSV: one row a fact. A row says what it is in the column `record`; without that column each row is a
// product.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <ostream>

#include "catalog/catalog_prices.hpp"
#include "catalog/product_identity.hpp"
#include "error/nearest_name.hpp"
#include "headscore/catalog_store.hpp"
#include "io/csv.hpp"
#include "io/file_bytes.hpp"
#include "io/number.hpp"
#include "io/text_lines.hpp"

namespace headscore {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = std::size_t{2} << 30U;
constexpr std::size_t kMostErrors = 1000;
constexpr double kCoverage = 0.9;

enum Column : std::size_t {
  kRecord,
  kName,
  kBrand,
  kModel,
  kForm,
  kFunctions,
  kAliases,
  kAmount,
  kCurrency,
  kDate,
  kCondition,
  kSource,
  kMeasurements,
  kSha256,
  kRig,
  kMetric,
  kValue,
  kLow,
  kHigh,
  kCoverageColumn,
  kBound,
  kLevel,
  kUnit,
  kNote,
  kBasis,
  kColumnCount
};
constexpr std::array<std::string_view, kColumnCount> kColumns = {
    "record", "name",      "brand",  "model",        "form",   "functions", "aliases", "amount", "currency",
    "date",   "condition", "source", "measurements", "sha256", "rig",       "metric",  "value",  "low",
    "high",   "coverage",  "bound",  "level_spl_db", "unit",   "note",      "basis"};
constexpr std::array<std::string_view, 5> kRecords = {"product", "price", "measurement", "metric", "rate"};

const MetricInfo* metric_info(std::string_view name) {
  for (const MetricInfo& info : known_metrics()) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const MetricInfo& info : known_metrics()) names.emplace_back(info.name);
  return names;
}

std::string in_quotes(std::string_view text) { return "\"" + std::string(text.substr(0, 60)) + "\""; }

/// In a list `\;` is a semicolon and `\\` a backslash; before anything else a backslash is itself.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) result += c == ';' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return result;
}

std::string unescaped(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == ';' || text[i + 1] == '\\')) ++i;
    result += text[i];
  }
  return result;
}

/// A part of a cell that holds several, separated by `;`.
struct Part {
  std::string text;
  Location where;
};

class CatalogCsv {
 public:
  CatalogCsv(const fs::path& path, std::string today) : path_(path), today_(std::move(today)) {}

  CatalogImport run() {
    const std::vector<CsvRecord> records = csv_records(read_bytes(path_, kMostBytes), path_.string(), "bad-catalog");
    if (records.empty())
      throw Error("bad-catalog", {path_.string()}, "an empty file",
                  "a head such as name,form,price,currency,date,functions");
    read_head(records.front());
    if (!import_.errors.empty()) return std::move(import_);
    for (auto record = records.begin() + 1; record != records.end() && import_.errors.size() < kMostErrors; ++record)
      read_row(*record);
    if (records.size() == 1)
      import_.errors.emplace_back("bad-catalog", Location{path_.string()}, "a head without rows", "at least one row");
    return std::move(import_);
  }

 private:
  [[nodiscard]] Location at(const CsvCell& cell) const { return {path_.string(), cell.line, cell.column}; }

  [[noreturn]] void refuse(const CsvCell& cell, const std::string& found, const std::string& wanted,
                           const std::string& code = "bad-catalog") const {
    throw Error(code, at(cell), found, wanted);
  }

  /// A column of one metric: "thd [%]". The unit must be said.
  bool metric_column(const CsvCell& cell, std::size_t index) {
    const std::size_t bracket = cell.text.find('[');
    const std::string name(trimmed(cell.text.substr(0, bracket)));
    const MetricInfo* info = metric_info(name);
    if (info == nullptr) return false;
    const std::size_t end = cell.text.rfind(']');
    const std::string unit = bracket == std::string::npos || end == std::string::npos || end < bracket
                                 ? ""
                                 : std::string(trimmed(cell.text.substr(bracket + 1, end - bracket - 1)));
    check_unit(cell, *info, unit);
    metric_place_.emplace_back(index, info);
    return true;
  }

  void check_unit(const CsvCell& cell, const MetricInfo& info, const std::string& unit) const {
    if (unit.empty())
      refuse(cell, "the metric " + std::string(info.name) + " without a unit", "its unit, " + std::string(info.unit),
             "metric-without-unit");
    if (unit != info.unit)
      refuse(cell, "the unit " + in_quotes(unit) + " of " + std::string(info.name), std::string(info.unit),
             "metric-unit");
  }

  void read_head(const CsvRecord& record) {
    cells_ = record.size();
    place_.fill(cells_);
    std::vector<std::string> names(kColumns.begin(), kColumns.end());
    names.emplace_back("price");
    for (std::size_t i = 0; i < record.size(); ++i) {
      try {
        const std::string name = record[i].text == "price"  ? "amount"
                                 : record[i].text == "file" ? "measurements"
                                                            : record[i].text;
        const auto known = std::find(kColumns.begin(), kColumns.end(), name);
        if (known == kColumns.end()) {
          if (!metric_column(record[i], i))
            refuse(record[i], "the column " + in_quotes(record[i].text), suggestion(record[i].text, names));
          continue;
        }
        std::size_t& place = place_[static_cast<std::size_t>(known - kColumns.begin())];
        if (place != cells_) refuse(record[i], "a second column " + in_quotes(name), "each column once");
        place = i;
      } catch (const Error& error) {
        import_.errors.push_back(error);
      }
    }
    if (place_[kName] == cells_ && place_[kModel] == cells_) {
      import_.errors.emplace_back("bad-catalog", at(record.front()), "neither a column name nor a column model",
                                  "the product's name, or its brand and model");
    }
  }

  /// One step of a row: what is wrong is told, and the row's other cells are looked at all the same.
  template <typename Step>
  void attempt(Step step) {
    try {
      step();
    } catch (const Error& error) {
      import_.errors.push_back(error);
    }
  }

  void read_row(const CsvRecord& record) {
    attempt([&] {
      if (record.size() != cells_)
        refuse(record.size() > cells_ ? record[cells_] : record.back(), fmt::format("{} cells", record.size()),
               fmt::format("{} cells as in the head", cells_));
      record_ = &record;
      const std::string kind = text(kRecord).empty() ? "product" : text(kRecord);
      if (std::find(kRecords.begin(), kRecords.end(), kind) == kRecords.end())
        refuse(cell(kRecord), "the record " + in_quotes(kind), suggestion(kind, {kRecords.begin(), kRecords.end()}));
      if (kind == "rate") {
        import_.rates.push_back(rate());
        return;
      }
      add(kind);
    });
  }

  [[nodiscard]] bool has(Column column) const { return place_[column] != cells_; }
  [[nodiscard]] const CsvCell& cell(Column column) const { return (*record_)[has(column) ? place_[column] : 0]; }
  [[nodiscard]] std::string text(Column column) const { return has(column) ? cell(column).text : std::string(); }

  void add(const std::string& kind) {
    const std::size_t errors = import_.errors.size();
    CatalogEntry entry;
    entry.declares = kind == "product";
    CatalogProduct& product = entry.product;
    attempt([&] { read_name(entry); });
    if (entry.declares) {
      attempt([&] { product.form = form(); });
      read_functions(product);
      for (const Part& part : parts(kAliases)) product.aliases.push_back(part.text);
      read_metric_columns(product);
    }
    attempt([&] {
      if (kind == "price" && text(kAmount).empty())
        refuse(cell(has(kAmount) ? kAmount : kName), "no amount", "a price");
      if (entry.declares || kind == "price") read_price(product);
    });
    attempt([&] {
      if (kind == "measurement" && text(kMeasurements).empty())
        refuse(cell(has(kMeasurements) ? kMeasurements : kName), "no file", "a measurement file");
    });
    if (entry.declares || kind == "measurement") read_measurements(product);
    if (kind == "metric") attempt([&] { product.metrics.push_back(metric()); });
    // A product with a wrong cell still counts as declared, so that its other rows and a second declaration are told.
    if (errors == import_.errors.size() || !normalised_identity(product.name()).empty()) join(std::move(entry));
  }

  /// Rows of one product are one entry; what repeats is refused here, where the row is known.
  void join(CatalogEntry entry) {
    const std::string identity = normalised_identity(entry.product.name());
    const auto [known, fresh] = entry_of_.try_emplace(identity, import_.entries.size());
    if (fresh) {
      import_.entries.push_back(std::move(entry));
      return;
    }
    CatalogEntry& there = import_.entries[known->second];
    if (entry.declares) {
      throw Error("duplicate-product", entry.where,
                  "the product \"" + entry.product.name() + "\" of line " + std::to_string(there.where.line) + " again",
                  "each product once");
    }
    for (CatalogMetric& metric : entry.product.metrics) {
      const bool twice = std::any_of(there.product.metrics.begin(), there.product.metrics.end(),
                                     [&](const CatalogMetric& m) { return m.figure.metric == metric.figure.metric; });
      if (twice)
        refuse(cell(kMetric), "a second " + metric.figure.metric + " of \"" + there.product.name() + "\"",
               "each metric once", "duplicate-metric");
      there.product.metrics.push_back(std::move(metric));
    }
    std::move(entry.product.prices.begin(), entry.product.prices.end(), std::back_inserter(there.product.prices));
    std::move(entry.product.measurements.begin(), entry.product.measurements.end(),
              std::back_inserter(there.product.measurements));
  }

  void read_name(CatalogEntry& entry) const {
    const bool whole = !text(kName).empty();
    const CsvCell& where = cell(whole || !has(kModel) ? kName : kModel);
    entry.where = at(where);
    if (whole) {
      std::tie(entry.product.brand, entry.product.model) = brand_and_model(text(kName), text(kBrand));
    } else {
      entry.product.brand = text(kBrand);
      entry.product.model = text(kModel);
    }
    if (entry.product.model.empty()) refuse(where, "a product without a name", "its name, or brand and model");
    if (normalised_identity(entry.product.name()).empty())
      refuse(where, "the name " + in_quotes(entry.product.name()), "a letter or digit");
  }

  [[nodiscard]] std::optional<FormFactor> form() const {
    if (text(kForm).empty()) return std::nullopt;
    const std::optional<FormFactor> form = form_factor_from(text(kForm));
    if (!form) refuse(cell(kForm), "the form " + in_quotes(text(kForm)), "over-ear, in-ear or nothing");
    return form;
  }

  [[nodiscard]] std::vector<Part> parts(Column column) const {
    std::vector<Part> all;
    const std::string whole = text(column);
    for (std::size_t start = 0; start < whole.size();) {
      std::size_t end = start;
      while (end < whole.size() && whole[end] != ';') end += whole[end] == '\\' && end + 1 < whole.size() ? 2U : 1U;
      const std::string part(trimmed(unescaped(std::string_view(whole).substr(start, end - start))));
      if (!part.empty())
        all.push_back(
            {part, {path_.string(), cell(column).line, cell(column).column + whole.find_first_not_of(" \t", start)}});
      start = end + 1;
    }
    return all;
  }

  void read_functions(CatalogProduct& product) {
    const std::vector<std::string> names(known_functions().begin(), known_functions().end());
    for (const Part& part : parts(kFunctions)) {
      attempt([&] {
        if (std::find(names.begin(), names.end(), part.text) == names.end())
          throw Error("unknown-function", part.where, "the function " + in_quotes(part.text),
                      suggestion(part.text, names));
        product.functions.insert(part.text);
      });
    }
  }

  [[nodiscard]] double number(Column column) const {
    const std::optional<double> value = cell_number(text(column), NumberStyle{});
    if (!value)
      refuse(cell(column), "the " + std::string(kColumns[column]) + " " + in_quotes(text(column)),
             "a number such as 129.99");
    return *value;
  }

  [[nodiscard]] std::optional<double> optional_number(Column column) const {
    return text(column).empty() ? std::nullopt : std::optional(number(column));
  }

  [[nodiscard]] Price price_of(double amount, const std::optional<std::string>& date) const {
    try {
      if (text(kCurrency).empty())
        refuse(cell(has(kCurrency) ? kCurrency : kAmount), "a price without a currency",
               "a currency code of ISO 4217 such as USD", "bad-currency");
      return {amount, text(kCurrency), date};
    } catch (const Error& error) {
      if (error.where().line != 0) throw;
      refuse(cell(error.code() == "bad-price"      ? kAmount
                  : error.code() == "bad-currency" ? kCurrency
                                                   : kDate),
             error.found(), error.wanted(), error.code());
    }
  }

  void read_price(CatalogProduct& product) {
    if (text(kAmount).empty()) {
      for (const Column column : {kDate, kCondition}) {
        if (!text(column).empty())
          refuse(cell(column), "a " + std::string(kColumns[column]) + " without a price", "both or neither");
      }
      return;
    }
    std::optional<std::string> date = text(kDate).empty() ? std::nullopt : std::optional(text(kDate));
    if (date) {
      attempt([&] {
        const std::string day = *std::exchange(date, std::nullopt);  // a wrong day is told once
        check_date(day, today_, at(cell(kDate)));
        date = day;
      });
    }
    PriceCondition condition = PriceCondition::kNew;
    attempt([&] {
      const std::string word = text(kCondition);
      if (word.empty()) return;
      const std::optional<PriceCondition> known = price_condition_from(word);
      if (!known) refuse(cell(kCondition), "the condition " + in_quotes(word), "new, used or discontinued");
      condition = *known;
    });
    product.prices.push_back({price_of(number(kAmount), date), condition, text(kSource), at(cell(kAmount))});
  }

  void read_measurements(CatalogProduct& product) {
    for (const Part& part : parts(kMeasurements)) attempt([&] { read_measurement(product, part); });
  }

  void read_measurement(CatalogProduct& product, const Part& part) const {
    std::error_code ignored;
    const fs::path file = path_.parent_path() / part.text;
    if (!fs::is_regular_file(file, ignored))
      throw Error("broken-reference", part.where, "the measurement file " + in_quotes(part.text) + " that is not there",
                  "a file relative to the catalog's folder");
    const bool twice = std::any_of(product.measurements.begin(), product.measurements.end(),
                                   [&](const CatalogMeasurement& m) { return m.path == part.text; });
    if (twice)
      throw Error("broken-reference", part.where, "the measurement file " + in_quotes(part.text) + " twice",
                  "each file once");
    const std::string hash = sha256_hex(read_bytes(file, kMostBytes));
    if (!text(kSha256).empty() && text(kSha256) != hash)
      refuse(cell(kSha256), "another hash than that of " + in_quotes(part.text) + ", " + hash,
             "the file that was measured", "broken-reference");
    product.measurements.push_back({part.text, hash, text(kRig)});
  }

  void read_metric_columns(CatalogProduct& product) {
    for (const auto& [index, info] : metric_place_)
      attempt([&, at = index, metric = info] { read_metric_column(product, (*record_)[at], metric); });
  }

  void read_metric_column(CatalogProduct& product, const CsvCell& one, const MetricInfo* info) const {
    if (one.text.empty()) return;
    const bool bound = one.text.starts_with("<=") || one.text.starts_with(">=");
    const std::optional<double> value = cell_number(one.text.substr(bound ? 2 : 0), NumberStyle{});
    if (!value)
      refuse(one, "the " + std::string(info->name) + " " + in_quotes(one.text),
             "a number in " + std::string(info->unit));
    product.metrics.push_back(
        {{std::string(info->name), *value, bound, ""}, std::string(info->unit), std::nullopt, ""});
  }

  [[nodiscard]] CatalogMetric metric() const {
    const std::string name = text(kMetric);
    const MetricInfo* info = metric_info(name);
    if (info == nullptr)
      refuse(cell(has(kMetric) ? kMetric : kName), name.empty() ? "no metric" : "the metric " + in_quotes(name),
             suggestion(name, metric_names()));
    check_unit(cell(has(kUnit) ? kUnit : kMetric), *info, text(kUnit));
    if (!has(kValue)) refuse(cell(kMetric), "no column value", "the figure");
    CatalogMetric metric{
        {name, number(kValue), false, text(kNote)}, text(kUnit), optional_number(kLevel), text(kBasis)};
    if (const std::string bound = text(kBound); !bound.empty()) {
      if (bound != "yes" && bound != "no") refuse(cell(kBound), "the bound " + in_quotes(bound), "yes or no");
      metric.figure.upper_bound = bound == "yes";
    }
    const std::optional<double> low = optional_number(kLow);
    const std::optional<double> high = optional_number(kHigh);
    if (low.has_value() != high.has_value())
      refuse(cell(low ? kLow : kHigh), "one end of an interval", "both ends or none");
    if (low) {
      if (*low > metric.figure.value || metric.figure.value > *high)
        refuse(cell(kLow), fmt::format("an interval {} to {} around {}", *low, *high, metric.figure.value),
               "low <= value <= high");
      metric.figure.interval = Interval{*low, *high, optional_number(kCoverageColumn).value_or(kCoverage), ""};
    }
    return metric;
  }

  /// 1 `currency` = `amount` `unit`.
  [[nodiscard]] ExchangeRate rate() const {
    if (!has(kAmount) || !has(kUnit) || !has(kDate))
      refuse(record_->front(), "a rate without the columns amount, unit and date",
             "1 currency = amount unit, on a date");
    const double value = number(kAmount);
    if (!(value > 0.0))
      refuse(cell(kAmount), "the rate " + in_quotes(text(kAmount)), "a number above zero", "bad-rate");
    static_cast<void>(price_of(value, std::nullopt));
    try {
      static_cast<void>(Price(1.0, text(kUnit)));
    } catch (const Error& error) {
      refuse(cell(kUnit), error.found(), error.wanted(), error.code());
    }
    if (text(kUnit) == text(kCurrency))
      refuse(cell(kUnit), "a rate of " + text(kUnit) + " in itself", "two currencies", "bad-rate");
    check_date(text(kDate), today_, at(cell(kDate)));
    return {text(kCurrency), text(kUnit), value, text(kDate), text(kSource)};
  }

  fs::path path_;
  std::string today_;
  std::size_t cells_ = 0;
  std::array<std::size_t, kColumnCount> place_{};
  std::vector<std::pair<std::size_t, const MetricInfo*>> metric_place_;
  const CsvRecord* record_ = nullptr;
  std::map<std::string, std::size_t> entry_of_;
  CatalogImport import_;
};

/// A cell as RFC 4180 wants it; blanks at its ends are kept by quotes.
std::string csv_cell(const std::string& text) {
  const bool plain =
      text.find_first_of(",\"\r\n") == std::string::npos &&
      (text.empty() || (text.front() != ' ' && text.back() != ' ' && text.front() != '\t' && text.back() != '\t'));
  if (plain) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

class RowWriter {
 public:
  explicit RowWriter(std::ostream& out) : out_(out) {
    for (std::size_t c = 0; c < kColumnCount; ++c) {
      if (c != kName) out_ << (c == 0 ? "" : ",") << kColumns[c];
    }
    out_ << "\n";
  }

  RowWriter& operator()(Column column, const std::string& text) {
    cells_[column] = text;
    return *this;
  }

  void end() {
    for (std::size_t c = 0; c < kColumnCount; ++c) {
      if (c != kName) out_ << (c == 0 ? "" : ",") << csv_cell(cells_[c]);
    }
    out_ << "\n";
    cells_.fill("");
  }

 private:
  std::ostream& out_;
  std::array<std::string, kColumnCount> cells_;
};

template <typename All>
std::string in_one_cell(const All& all) {
  std::string text;
  for (const std::string& one : all) text += (text.empty() ? "" : ";") + escaped(one);
  return text;
}

void write_metric(RowWriter& row, const CatalogMetric& metric) {
  const std::optional<Interval>& interval = metric.figure.interval;
  row(kMetric, metric.figure.metric)(kValue, shortest_number(metric.figure.value))(
      kBound, metric.figure.upper_bound ? "yes" : "")(kUnit, metric.unit)(kNote, metric.figure.note)(kBasis,
                                                                                                     metric.basis);
  if (interval)
    row(kLow, shortest_number(interval->low))(kHigh, shortest_number(interval->high))(
        kCoverageColumn, shortest_number(interval->coverage));
  if (metric.level_spl_db) row(kLevel, shortest_number(*metric.level_spl_db));
}

}  // namespace

CatalogImport read_catalog_csv(const fs::path& path, const std::string& today) { return CatalogCsv(path, today).run(); }

void write_catalog_csv(std::ostream& out, const std::vector<CatalogProduct>& products,
                       const std::vector<ExchangeRate>& rates) {
  RowWriter row(out);
  for (const ExchangeRate& rate : rates) {
    row(kRecord, "rate")(kAmount, shortest_number(rate.rate))(kCurrency, rate.base)(kUnit, rate.quote)(
        kDate, rate.date)(kSource, rate.source)
        .end();
  }
  for (const CatalogProduct& product : products) {
    const auto begin = [&](const char* record) -> RowWriter& {
      return row(kRecord, record)(kBrand, product.brand)(kModel, product.model);
    };
    begin("product")(kForm, product.form ? std::string(to_string(*product.form)) : "")(
        kFunctions, in_one_cell(product.functions))(kAliases, in_one_cell(product.aliases))
        .end();
    for (const DatedPrice& price : product.prices) {
      begin("price")(kAmount, shortest_number(price.price.amount()))(kCurrency, price.price.currency())(
          kDate, price.price.date().value_or(""))(kCondition, std::string(to_string(price.condition)))(kSource,
                                                                                                       price.source)
          .end();
    }
    for (const CatalogMeasurement& file : product.measurements)
      begin("measurement")(kMeasurements, escaped(file.path))(kSha256, file.sha256)(kRig, file.rig).end();
    for (const CatalogMetric& metric : product.metrics) {
      begin("metric");
      write_metric(row, metric);
      row.end();
    }
  }
}

}  // namespace headscore
