#include "io/sidecar.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "error/nearest_name.hpp"
#include "headscore/rig.hpp"
#include "io/file_bytes.hpp"
#include "io/text_lines.hpp"

namespace headscore {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = std::size_t{64} << 20U;

json parsed_json(std::string text, const std::filesystem::path& path, const char* code) {
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    const std::size_t byte = std::min(error.byte == 0 ? 0 : error.byte - 1, text.size());
    const auto line =
        static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(byte), '\n')) + 1;
    const std::size_t newline = byte == 0 ? std::string::npos : text.rfind('\n', byte - 1);
    const std::size_t column = newline == std::string::npos ? byte + 1 : byte - newline;
    throw Error(code, {path.string(), line, column}, "text that is not JSON", "JSON");
  }
}

std::vector<std::string> strings(const json& value) {
  std::vector<std::string> result;
  if (value.is_string()) result.push_back(value.get<std::string>());
  if (value.is_array()) {
    for (const json& item : value) {
      if (item.is_string()) result.push_back(item.get<std::string>());
    }
  }
  return result;
}

std::vector<std::string> strings_of(const json& object, const char* key) {
  return object.is_object() && object.contains(key) ? strings(object.at(key)) : std::vector<std::string>{};
}

/// "Sony" + "MDR-1AM2" -> "Sony MDR-1AM2"; a name that has the brand already keeps it once.
std::string with_brand(const std::string& brand, const std::string& name) {
  if (brand.empty() || lowered(name).starts_with(lowered(brand))) return std::string(trimmed(name));
  return std::string(trimmed(brand)) + " " + std::string(trimmed(name));
}

std::optional<FormFactor> form_of(const json& object) {
  for (const char* key : {"form", "form_factor", "type"}) {
    for (const std::string& text : strings_of(object, key)) {
      if (const std::optional<FormFactor> form = form_factor_from(text)) return form;
    }
  }
  return std::nullopt;
}

void add_phone(std::map<std::string, PhoneBookEntry>& book, const std::string& brand, const json& phone,
               std::optional<FormFactor> brand_form) {
  if (phone.is_string()) {
    const std::string name = phone.get<std::string>();
    book.emplace(std::string(trimmed(name)), PhoneBookEntry{with_brand(brand, name), brand_form});
    return;
  }
  const std::vector<std::string> names = strings_of(phone, "name");
  if (names.empty()) return;
  std::vector<std::string> files = strings_of(phone, "file");
  const std::vector<std::string> suffixes = strings_of(phone, "suffix");
  if (files.empty()) files = names;
  const std::optional<FormFactor> form = form_of(phone);
  for (std::size_t i = 0; i < files.size(); ++i) {
    std::string name = i < names.size() && names.size() > 1 ? names[i] : names[0];
    if (i < suffixes.size()) {
      if (!suffixes[i].empty()) name += " " + suffixes[i];
    } else if (files.size() > 1 && names.size() == 1) {
      name = files[i];
    }
    book.emplace(std::string(trimmed(files[i])), PhoneBookEntry{with_brand(brand, name), form ? form : brand_form});
  }
}

}  // namespace

std::map<std::string, PhoneBookEntry> read_phone_book(const std::filesystem::path& path) {
  return parsed_phone_book(read_bytes(path, kMostBytes), path);
}

std::map<std::string, PhoneBookEntry> parsed_phone_book(std::string text, const std::filesystem::path& path) {
  const json document = parsed_json(std::move(text), path, "bad-phone-book");
  if (!document.is_array())
    throw Error("bad-phone-book", {path.string(), 1, 1}, "JSON that is not a list", "a list of brands");
  std::map<std::string, PhoneBookEntry> book;
  for (const json& brand : document) {
    if (!brand.is_object()) continue;
    const std::vector<std::string> names = strings_of(brand, "name");
    if (!brand.contains("phones") || !brand.at("phones").is_array()) continue;
    for (const json& phone : brand.at("phones"))
      add_phone(book, names.empty() ? std::string() : names[0], phone, form_of(brand));
  }
  return book;
}

Sidecar read_sidecar(const std::filesystem::path& path) { return parsed_sidecar(read_bytes(path, kMostBytes), path); }

Sidecar parsed_sidecar(std::string bytes, const std::filesystem::path& path) {
  const json document = parsed_json(std::move(bytes), path, "bad-sidecar");
  const Location where{path.string(), 1, 1};
  if (!document.is_object()) throw Error("bad-sidecar", where, "JSON that is not an object", "an object");
  const std::vector<std::string> known = {"product", "form", "rig", "channel", "seat", "level_spl_db"};
  Sidecar sidecar;
  for (const auto& [key, value] : document.items()) {
    const auto wanted = [&, &name = key](const char* kind) {
      return Error("bad-sidecar", where, "\"" + name + "\" of another kind", kind);
    };
    const auto text = [&wanted, &item = value] {
      if (!item.is_string()) throw wanted("a string");
      return item.get<std::string>();
    };
    if (key == "product") {
      sidecar.product = text();
    } else if (key == "form") {
      sidecar.form = form_factor_from(text());
      if (!sidecar.form) throw Error("bad-sidecar", where, "the form \"" + text() + "\"", "over-ear or in-ear");
    } else if (key == "rig") {
      sidecar.rig = rig_from(text());
      if (!sidecar.rig) throw Error("bad-sidecar", where, "the rig \"" + text() + "\"", "a known rig");
    } else if (key == "channel") {
      const std::string channel = lowered(text());
      if (channel != "l" && channel != "r" && channel != "left" && channel != "right") throw wanted("\"L\" or \"R\"");
      sidecar.channel = channel[0] == 'l' ? Channel::kLeft : Channel::kRight;
    } else if (key == "seat") {
      if (!value.is_number_integer() || value.get<int>() < 1) throw wanted("a number from 1");
      sidecar.seat = value.get<int>();
    } else if (key == "level_spl_db") {
      if (!value.is_number()) throw wanted("a number");
      sidecar.level_spl_db = value.get<double>();
    } else {
      throw Error("bad-sidecar", where, "the key \"" + key + "\"", suggestion(key, known));
    }
  }
  return sidecar;
}

}  // namespace headscore
