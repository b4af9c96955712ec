#include "headscore/target_library.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <utility>

#include "error/nearest_name.hpp"
#include "headscore/error.hpp"
#include "io/embedded.hpp"
#include "io/text_lines.hpp"

namespace headscore {
namespace {

const std::vector<std::string>& known_keys() {
  static const std::vector<std::string> keys = {"name", "form", "rig", "year", "source", "raw", "note", "normalised"};
  return keys;
}

std::string in_quotes(std::string_view text) { return "\"" + std::string(text.substr(0, 60)) + "\""; }

struct HeadValue {
  std::string text;
  Location where;
};

/// One pass over the lines of a target file.
class TargetParser {
 public:
  TargetParser(std::string_view text, const std::string& path) : rest_(text), path_(path) {}

  Target parsed() {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
    while (!rest_.empty()) {
      const std::string_view line = next_line();
      if (trimmed(line).empty()) continue;
      if (line.front() == '#') {
        read_head(line);
      } else if (!column_head_) {
        read_column_head(line);
      } else {
        read_row(line);
      }
    }
    if (!column_head_) refuse({path_}, "no column head", "a line frequency_hz,level_db");
    if (levels_db_.size() < 2) refuse({path_}, std::to_string(levels_db_.size()) + " rows", "at least two");
    return made();
  }

 private:
  [[noreturn]] static void refuse(Location where, const std::string& found, const std::string& wanted) {
    throw Error("bad-target", std::move(where), found, wanted);
  }

  /// A place in the current line, from a view into it.
  [[nodiscard]] Location at(std::string_view line, std::string_view part) const {
    return {path_, line_, static_cast<std::size_t>(part.data() - line.data()) + 1};
  }

  std::string_view next_line() {
    const std::size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    ++line_;
    return line;
  }

  void read_head(std::string_view line) {
    const std::string_view content = line.substr(1);
    const std::size_t colon = content.find(':');
    if (column_head_) refuse({path_, line_, 1}, "a # line among the rows", "all # lines above the column head");
    if (colon == std::string_view::npos) refuse({path_, line_, 1}, "a # line without a colon", "# key: value");
    const std::string key(trimmed(content.substr(0, colon)));
    if (std::find(known_keys().begin(), known_keys().end(), key) == known_keys().end()) {
      refuse({path_, line_, 1}, "the key " + in_quotes(key), suggestion(key, known_keys()));
    }
    const std::string_view value = trimmed(content.substr(colon + 1));
    const Location where = value.empty() ? Location{path_, line_, line.size() + 1} : at(line, value);
    if (!head_.try_emplace(key, HeadValue{std::string(value), where}).second) {
      refuse({path_, line_, 1}, "a second " + in_quotes(key), "each key once");
    }
  }

  void read_column_head(std::string_view line) {
    if (trimmed(line) != "frequency_hz,level_db") {
      refuse({path_, line_, 1}, in_quotes(line), "the column head frequency_hz,level_db before the rows");
    }
    column_head_ = true;
  }

  void read_row(std::string_view line) {
    const std::size_t comma = line.find(',');
    if (comma == std::string_view::npos)
      refuse({path_, line_, 1}, in_quotes(line), "a frequency in Hz, a comma and a level in dB");
    const double frequency_hz = number(line, line.substr(0, comma), "a frequency in Hz");
    const double level_db = number(line, line.substr(comma + 1), "a level in dB");
    if (!(frequency_hz > 0.0)) refuse({path_, line_, 1}, "a frequency that is not positive", "a frequency above zero");
    if (!frequencies_hz_.empty() && !(frequency_hz > frequencies_hz_.back())) {
      refuse({path_, line_, 1}, "a frequency that is not above the one before", "strictly increasing frequencies");
    }
    frequencies_hz_.push_back(frequency_hz);
    levels_db_.push_back(level_db);
  }

  [[nodiscard]] double number(std::string_view line, std::string_view cell, const std::string& wanted) const {
    const std::string_view digits = trimmed(cell);
    double value = 0.0;
    const char* begin = digits.data();  // NOLINT(bugprone-suspicious-stringview-data-usage): its end is given
    const char* end = begin + digits.size();
    const auto [stop, error] = std::from_chars(begin, end, value);
    if (digits.empty() || error != std::errc() || stop != end || !std::isfinite(value)) {
      refuse(at(line, digits.empty() ? cell : digits), digits.empty() ? "an empty cell" : in_quotes(digits), wanted);
    }
    return value;
  }

  /// The value of a key that must be there.
  [[nodiscard]] const HeadValue& wanted_value(const std::string& key) const {
    const auto found = head_.find(key);
    if (found == head_.end()) refuse({path_}, "no # " + key + ": line", "# " + key + ": and its value");
    if (found->second.text.empty()) refuse(found->second.where, "an empty " + key, "a value");
    return found->second;
  }

  [[nodiscard]] std::optional<FormFactor> form() const {
    const HeadValue& value = wanted_value("form");
    if (value.text == "any") return std::nullopt;
    const std::optional<FormFactor> known = form_factor_from(value.text);
    if (!known) refuse(value.where, "the form " + in_quotes(value.text), "over-ear, in-ear or any");
    return known;
  }

  [[nodiscard]] std::optional<int> year() const {
    const auto found = head_.find("year");
    if (found == head_.end()) return std::nullopt;
    const std::string& text = found->second.text;
    int year = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), year);
    if (error != std::errc() || stop != text.data() + text.size() || year < 1900 || year > 2999) {
      refuse(found->second.where, "the year " + in_quotes(text),
             "four digits, or no # year: line where it is not known");
    }
    return year;
  }

  [[nodiscard]] bool raw() const {
    const auto found = head_.find("raw");
    if (found == head_.end() || found->second.text == "yes") return true;
    if (found->second.text != "no") refuse(found->second.where, in_quotes(found->second.text), "yes or no");
    return false;
  }

  [[nodiscard]] Target made() const {
    const auto size = static_cast<Eigen::Index>(levels_db_.size());
    const std::string rig = wanted_value("rig").text;
    return Target({.name = wanted_value("name").text,
                   .form = form(),
                   .rig = rig == "any" ? "" : rig,
                   .year = year(),
                   .source = wanted_value("source").text,
                   .raw = raw(),
                   .curve = Curve(Eigen::Map<const Eigen::ArrayXd>(frequencies_hz_.data(), size),
                                  Eigen::Map<const Eigen::ArrayXd>(levels_db_.data(), size))});
  }

  std::string_view rest_;
  std::string path_;
  std::size_t line_ = 0;
  bool column_head_ = false;
  std::map<std::string, HeadValue> head_;
  std::vector<double> frequencies_hz_;
  std::vector<double> levels_db_;
};

}  // namespace

Target parsed_target(std::string_view text, const std::string& path) { return TargetParser(text, path).parsed(); }

const std::vector<Target>& bundled_targets() {
  static const std::vector<Target> targets = [] {
    std::vector<Target> all;
    for (const EmbeddedFile& file : embedded_targets()) {
      all.push_back(parsed_target(file.text, "targets/" + std::string(file.name)));
    }
    std::sort(all.begin(), all.end(), [](const Target& a, const Target& b) { return a.name() < b.name(); });
    return all;
  }();
  return targets;
}

const Target& bundled_target(std::string_view name) {
  std::vector<std::string> names;
  for (const Target& target : bundled_targets()) {
    if (target.name() == name) return target;
    names.push_back(target.name());
  }
  throw Error("unknown-target", {}, "the target " + in_quotes(name), suggestion(name, names));
}

}  // namespace headscore
