#include "headscore/error.hpp"

#include <utility>

namespace headscore {
namespace {

std::string message(const Location& where, const std::string& found, const std::string& wanted) {
  std::string text = where.file;
  if (where.line != 0) text += ":" + std::to_string(where.line);
  if (where.line != 0 && where.column != 0) text += ":" + std::to_string(where.column);
  if (!text.empty()) text += ": ";
  text += "found " + found;
  if (!wanted.empty()) text += ", wanted " + wanted;
  return text;
}

}  // namespace

Error::Error(std::string code, Location where, std::string found, std::string wanted)
    : std::runtime_error(message(where, found, wanted)),
      code_(std::move(code)),
      where_(std::move(where)),
      found_(std::move(found)),
      wanted_(std::move(wanted)) {}

std::string to_string(const Warning& warning) {
  std::string text = warning.line == 0 ? std::string() : "line " + std::to_string(warning.line) + ": ";
  return text + warning.message + " [" + warning.code + "]";
}

}  // namespace headscore
