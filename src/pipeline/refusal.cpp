#include "pipeline/refusal.hpp"

#include <algorithm>

#include "headscore/error.hpp"

namespace headscore {
namespace {

const TextLine* first_text(const TextTable& table) {
  for (const auto* lines : {&table.header, &table.interruptions, &table.trailer}) {
    if (!lines->empty()) return &lines->front();
  }
  return nullptr;
}

bool any_line(const TextTable& table, bool (*test)(std::string_view)) {
  for (const auto* lines : {&table.header, &table.interruptions, &table.trailer}) {
    if (std::any_of(lines->begin(), lines->end(), [&](const TextLine& line) { return test(line.text); })) return true;
  }
  return false;
}

bool is_preset_line(std::string_view text) {
  const std::string word = lowered(text);
  return word.starts_with("preamp:") || word.starts_with("graphiceq:") ||
         (word.starts_with("filter") && word.find(" fc ") != std::string::npos);
}

bool is_html_line(std::string_view text) {
  if (text.find('<') == std::string_view::npos) return false;
  const std::string word = lowered(text.substr(0, 512));
  return word.starts_with("<!doctype") || word.find("<html") != std::string::npos ||
         word.find("<body") != std::string::npos || word.starts_with("<?xml");
}

/// "[Left]" opens a section, not an array.
bool is_json_start(std::string_view start) {
  if (start.starts_with('{')) return true;
  if (!start.starts_with('[')) return false;
  const std::string_view rest = trimmed(start.substr(1));
  return rest.empty() || std::string_view("[{\"]-0123456789").find(rest.front()) != std::string_view::npos;
}

}  // namespace

void refuse_empty(std::string_view text, const std::string& path) {
  if (!trimmed(text).empty()) return;
  const std::string found =
      text.empty() ? "an empty file" : "nothing but white space (" + std::to_string(text.size()) + " bytes)";
  throw Error("empty-file", {path}, found, "rows of frequency and level");
}

void refuse_other_documents(const TextTable& table) {
  constexpr const char* kWanted = "rows of frequency and level";
  const TextLine* text = first_text(table);
  const std::size_t line = text == nullptr ? 0 : text->number;
  if (any_line(table, is_html_line)) throw Error("html", {table.path, line}, "an HTML or XML page", kWanted);
  const std::string_view start = trimmed(table.text);
  if (start.starts_with("{\\rtf"))
    throw Error("rtf", {table.path, line, 1}, "a document of a word processor (RTF)", kWanted);
  if (is_json_start(start)) throw Error("json", {table.path, line, 1}, "JSON", kWanted);
  if (table.rows() < 8 && any_line(table, is_preset_line))
    throw Error("equalizer-preset", {table.path, line}, "an equaliser preset", kWanted);
  if (table.rows() == 0) {
    throw Error("not-a-curve", {table.path, line},
                text == nullptr ? "no row" : "no row of numbers in text like " + excerpt(text->text), kWanted);
  }
  if (table.rows() == 1)
    throw Error("one-row", {table.path, table.line_of(0)}, "one row", "at least two rows of frequency and level");
  const std::size_t texts = table.interruptions.size();
  if (texts > 20 && texts * 2 > table.rows()) {
    throw Error("not-a-curve", {table.path, table.interruptions.front().number},
                std::to_string(texts) + " lines of text between " + std::to_string(table.rows()) + " rows of numbers",
                kWanted);
  }
}

}  // namespace headscore
