#include "io/header_facts.hpp"

#include <cctype>
#include <cmath>
#include <cstdio>

namespace headscore {
namespace {

/// Rows that the stated step would give between the table's ends; nullopt when the statement is not understood.
std::optional<double> expected_rows(std::string_view step, double start_hz, double stop_hz) {
  const std::string word = lowered(step);
  const std::optional<double> value = leading_number(word);
  if (!value || *value <= 0.0 || !(stop_hz > start_hz)) return std::nullopt;
  if (word.find("ppo") != std::string::npos) return std::log2(stop_hz / start_hz) * *value + 1.0;
  if (word.starts_with("1/")) {
    const std::optional<double> parts = leading_number(std::string_view(word).substr(2));
    if (parts && word.find("oct") != std::string::npos) return std::log2(stop_hz / start_hz) * *parts + 1.0;
  }
  if (word.find("hz") != std::string::npos) return (stop_hz - start_hz) / *value + 1.0;
  return std::nullopt;
}

}  // namespace

std::optional<double> leading_number(std::string_view text) {
  text = trimmed(text);
  std::string number;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit && c != '.' && c != ',' && !(number.empty() && (c == '-' || c == '+'))) break;
    number += c == ',' ? '.' : c;
  }
  while (number.ends_with('.')) number.pop_back();
  return cell_number(number, NumberStyle{});
}

std::string without_end_marks(std::string_view text) {
  text = trimmed(text);
  while (!text.empty() && (text.back() == ',' || text.back() == '"')) text = trimmed(text.substr(0, text.size() - 1));
  return std::string(text);
}

void set_smoothing(Provenance& provenance, std::string_view text) {
  const std::string word = lowered(without_end_marks(text));
  if (word.empty()) return;
  if (word == "none" || word == "no" || word == "off" || word.starts_with("no smooth")) {
    provenance.smoothing = "none";
    provenance.smoothing_octaves = 0.0;
    return;
  }
  if (word.starts_with("1/")) {
    if (const std::optional<double> parts = leading_number(std::string_view(word).substr(2)); parts && *parts > 0.0) {
      char width[32];
      std::snprintf(width, sizeof width, "1/%g octave", *parts);
      provenance.smoothing = width;
      provenance.smoothing_octaves = 1.0 / *parts;
      return;
    }
  }
  provenance.smoothing = word;
}

namespace {

/// Blanks and hyphens apart, in lower case: "dB (A)" -> "db(a)", "A-weighted" -> "aweighted".
std::string squeezed(std::string_view text) {
  std::string result = lowered(text);
  std::erase_if(result, [](char c) { return c == ' ' || c == '-' || c == '_' || c == '\t'; });
  return result;
}

/// Most lines do not: they are told at a glance.
bool may_speak_of_weighting(std::string_view line) {
  for (std::size_t i = 0; i + 2 < line.size(); ++i) {
    const bool decibel = (line[i] == 'd' || line[i] == 'D') && (line[i + 1] == 'B' || line[i + 1] == 'b');
    if (decibel && std::string_view("aAcC( ").find(line[i + 2]) != std::string_view::npos) return true;
  }
  return contains_word(line, "weight");
}

bool names_weighting(const std::string& text, char which) {
  const std::string letter(1, which);
  for (const std::string_view unit : {"db", "spl"}) {
    const std::string open = std::string(unit) + "(" + letter + ")";
    const std::string plain = std::string(unit) + letter;
    if (text.find(open) != std::string::npos) return true;
    const std::size_t at = text.find(plain);
    const std::size_t behind = at + plain.size();
    const bool ends = at != std::string::npos &&
                      (behind == text.size() || std::isalnum(static_cast<unsigned char>(text[behind])) == 0);
    if (ends && unit == "db") return true;
  }
  const std::size_t at = text.find(letter + "weight");
  const bool begins =
      at != std::string::npos && (at == 0 || std::isalpha(static_cast<unsigned char>(text[at - 1])) == 0);
  return begins || text.find("weighting:" + letter) != std::string::npos ||
         text.find("weighting=" + letter) != std::string::npos;
}

}  // namespace

Weighting stated_weighting(const TextTable& table) {
  for (const TextLine& line : table.header) {
    if (!may_speak_of_weighting(line.text) || contains_word(line.text, "compensation")) continue;
    const std::string text = squeezed(line.text);
    if (text.find("dbc") != std::string::npos &&
        (text.find("thd") != std::string::npos || text.find("harm") != std::string::npos))
      continue;  // decibels below the carrier
    if (text.find("unweight") != std::string::npos || text.ends_with(":off") || text.ends_with(":none")) continue;
    if (names_weighting(text, 'a')) return Weighting::kA;
    if (names_weighting(text, 'c')) return Weighting::kC;
  }
  return Weighting::kNone;
}

void warn_of_step(const TextTable& table, const Provenance& provenance, std::vector<Warning>& warnings) {
  constexpr double kTolerance = 0.1;
  if (!provenance.frequency_step || table.rows() < 2 || table.blocks.size() != 1) return;
  const double start_hz = table.cell(0, 0);
  const double stop_hz = table.cell(table.rows() - 1, 0);
  const std::optional<double> expected = expected_rows(*provenance.frequency_step, start_hz, stop_hz);
  const auto rows = static_cast<double>(table.rows());
  if (!expected || std::abs(rows / *expected - 1.0) <= kTolerance) return;
  char counted[96];
  std::snprintf(counted, sizeof counted, "%.0f rows from %.1f to %.1f Hz, %.0f by the header's step (", rows, start_hz,
                stop_hz, *expected);
  warnings.push_back(
      {"hand-edited-grid", table.line_of(0), counted + *provenance.frequency_step + "): rows were added or taken out"});
}

}  // namespace headscore
