#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>

#include "error/nearest_name.hpp"
#include "headscore/catalog.hpp"
#include "headscore/error.hpp"
#include "io/csv.hpp"

namespace headscore {
namespace {

constexpr std::array<std::string_view, 7> kColumns = {"name", "form",      "price",       "currency",
                                                      "date", "functions", "measurements"};
enum Column : std::size_t { kName, kForm, kPrice, kCurrency, kDate, kFunctions, kMeasurements };

std::string in_quotes(std::string_view text) { return "\"" + std::string(text.substr(0, 60)) + "\""; }

std::string read_bytes(const std::filesystem::path& path) {
  std::error_code ignored;
  const std::filesystem::file_status status = std::filesystem::status(path, ignored);
  if (!std::filesystem::exists(status)) throw Error("missing-file", {path.string()}, "no file", "a catalog");
  if (!std::filesystem::is_regular_file(status))
    throw Error("not-a-file", {path.string()}, "no regular file", "a catalog");
  std::ifstream file(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) throw Error("unreadable", {path.string()}, "a file that cannot be read", "a catalog");
  return bytes;
}

/// One part of a cell that holds several separated by `;`.
struct Part {
  std::string text;
  std::size_t offset = 0;  ///< in the cell's text, in bytes
};

std::vector<Part> parts_of(const std::string& cell) {
  std::vector<Part> parts;
  for (std::size_t start = 0; start <= cell.size();) {
    const std::size_t end = std::min(cell.find(';', start), cell.size());
    const std::size_t first = cell.find_first_not_of(" \t", start);
    if (first < end) {
      const std::size_t last = cell.find_last_not_of(" \t", end - 1);
      parts.push_back({cell.substr(first, last - first + 1), first});
    }
    start = end + 1;
  }
  return parts;
}

class CatalogReader {
 public:
  explicit CatalogReader(const std::filesystem::path& path) : path_(path) {}

  std::vector<CatalogRow> rows() {
    const std::vector<CsvRecord> records = csv_records(read_bytes(path_), path_.string(), "bad-catalog");
    if (records.empty()) refuse({path_.string()}, "an empty file", "the head " + head());
    read_head(records.front());
    if (records.size() == 1) refuse({path_.string()}, "a head without a product", "at least one product");
    std::vector<CatalogRow> all;
    for (auto record = records.begin() + 1; record != records.end(); ++record) all.push_back(row_from(*record));
    return all;
  }

 private:
  [[noreturn]] static void refuse(Location where, const std::string& found, const std::string& wanted) {
    throw Error("bad-catalog", std::move(where), found, wanted);
  }

  [[nodiscard]] Location at(const CsvCell& cell, std::size_t offset = 0) const {
    return {path_.string(), cell.line, cell.column + offset};
  }

  static std::string head() {
    std::string text;
    for (const std::string_view column : kColumns) text += (text.empty() ? "" : ",") + std::string(column);
    return text;
  }

  void read_head(const CsvRecord& record) {
    std::map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < record.size(); ++i) {
      const std::string& name = record[i].text;
      const std::vector<std::string> names(kColumns.begin(), kColumns.end());
      if (std::find(kColumns.begin(), kColumns.end(), name) == kColumns.end()) {
        refuse(at(record[i]), "the column " + in_quotes(name), suggestion(name, names));
      }
      if (!seen.emplace(name, i).second)
        refuse(at(record[i]), "a second column " + in_quotes(name), "each column once");
    }
    for (std::size_t c = 0; c < kColumns.size(); ++c) {
      const auto found = seen.find(std::string(kColumns[c]));
      if (found == seen.end())
        refuse(at(record.front()), "no column " + in_quotes(kColumns[c]), "the columns " + head() + " in any order");
      place_[c] = found->second;
    }
  }

  CatalogRow row_from(const CsvRecord& record) {
    const std::string cells = std::to_string(record.size()) + " cells";
    const std::string wanted = std::to_string(kColumns.size()) + " cells as in the head";
    if (record.size() > kColumns.size()) refuse(at(record[kColumns.size()]), cells, wanted);
    if (record.size() < kColumns.size()) refuse(at(record.back()), cells, wanted);
    const auto cell = [&](Column column) -> const CsvCell& { return record[place_[column]]; };
    CatalogRow row;
    row.line = record.front().line;
    row.product.name = name_from(cell(kName));
    row.product.form = form_from(cell(kForm));
    row.product.price = price_from(cell(kPrice), cell(kCurrency), cell(kDate));
    row.product.functions = functions_from(cell(kFunctions));
    row.measurements = measurements_from(cell(kMeasurements));
    return row;
  }

  std::string name_from(const CsvCell& cell) {
    if (cell.text.empty()) refuse(at(cell), "a product without a name", "a name");
    std::string key;
    for (const char c : cell.text) key += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const auto [first, fresh] = line_of_.emplace(key, cell.line);
    if (!fresh) {
      refuse(at(cell), "the product " + in_quotes(cell.text) + " of line " + std::to_string(first->second) + " again",
             "each product once");
    }
    return cell.text;
  }

  [[nodiscard]] std::optional<FormFactor> form_from(const CsvCell& cell) const {
    if (cell.text.empty()) return std::nullopt;
    const std::optional<FormFactor> form = form_factor_from(cell.text);
    if (!form) refuse(at(cell), "the form " + in_quotes(cell.text), "over-ear, in-ear or nothing");
    return form;
  }

  [[nodiscard]] std::optional<Price> price_from(const CsvCell& amount, const CsvCell& currency,
                                                const CsvCell& date) const {
    if (amount.text.empty()) {
      if (!date.text.empty()) refuse(at(date), "a date without a price", "both or neither");
      if (!currency.text.empty()) refuse(at(currency), "a currency without a price", "both or neither");
      return std::nullopt;
    }
    double value = 0.0;
    const char* end = amount.text.data() + amount.text.size();
    const auto [stop, error] = std::from_chars(amount.text.data(), end, value, std::chars_format::fixed);
    if (error != std::errc() || stop != end)
      refuse(at(amount), "the price " + in_quotes(amount.text), "a number such as 129.99");
    try {
      return Price(value, currency.text, date.text.empty() ? std::nullopt : std::optional(date.text));
    } catch (const Error& problem) {
      const CsvCell& cell = problem.code() == "bad-price" ? amount : problem.code() == "bad-currency" ? currency : date;
      refuse(at(cell), problem.found(), problem.wanted());
    }
  }

  [[nodiscard]] std::set<std::string> functions_from(const CsvCell& cell) const {
    const std::vector<std::string> names(known_functions().begin(), known_functions().end());
    std::set<std::string> functions;
    for (const Part& part : parts_of(cell.text)) {
      if (std::find(names.begin(), names.end(), part.text) == names.end()) {
        refuse(at(cell, part.offset), "the function " + in_quotes(part.text), suggestion(part.text, names));
      }
      functions.insert(part.text);
    }
    return functions;
  }

  [[nodiscard]] std::vector<std::filesystem::path> measurements_from(const CsvCell& cell) const {
    std::vector<std::filesystem::path> files;
    for (const Part& part : parts_of(cell.text)) {
      const std::filesystem::path file(part.text);
      std::error_code ignored;
      if (!std::filesystem::is_regular_file(path_.parent_path() / file, ignored)) {
        refuse(at(cell, part.offset), "the measurement file " + in_quotes(part.text) + " that is not there",
               "a file relative to the catalog's folder");
      }
      if (std::find(files.begin(), files.end(), file) != files.end()) {
        refuse(at(cell, part.offset), "the measurement file " + in_quotes(part.text) + " twice", "each file once");
      }
      files.push_back(file);
    }
    return files;
  }

  std::filesystem::path path_;
  std::array<std::size_t, kColumns.size()> place_{};
  std::map<std::string, std::size_t> line_of_;
};

}  // namespace

const std::vector<std::string_view>& known_functions() {
  static const std::vector<std::string_view> functions = {
      "wireless", "anc", "balanced-connection", "microphone", "dsp-eq", "detachable-cable", "foldable", "waterproof"};
  return functions;
}

std::vector<CatalogRow> read_catalog(const std::filesystem::path& path) { return CatalogReader(path).rows(); }

}  // namespace headscore
