// What stands beside measurement files: phone books of squig.link pages, and headscore's own sidecars.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "headscore/measurement.hpp"

namespace headscore {

/// One entry of a phone book.
struct PhoneBookEntry {
  std::string product;             ///< "7Hz Salnotes Dioko Tape on Front Vent"
  std::optional<FormFactor> form;  ///< where the book says it
};

/// File name without channel and ending -> entry. `name`, `file` and `suffix` may each be a string or a list; a phone
/// may be a bare string; entries without a file stand for a file of their own name. Throws Error("bad-phone-book") with
/// line and column.
[[nodiscard]] std::map<std::string, PhoneBookEntry> read_phone_book(const std::filesystem::path& path);
/// The same from text; `path` for messages.
[[nodiscard]] std::map<std::string, PhoneBookEntry> parsed_phone_book(std::string text,
                                                                      const std::filesystem::path& path);

/// A sidecar: `headscore.json` in a folder speaks of all its files, `FILE.headscore.json` of one.
struct Sidecar {
  std::optional<std::string> product;
  std::optional<FormFactor> form;
  std::optional<std::string> rig;  ///< rig id
  std::optional<Channel> channel;
  std::optional<int> seat;
  std::optional<double> level_spl_db;  ///< drive level of distortion measurements
};

/// Strict: an unknown key or a value of the wrong kind throws Error("bad-sidecar").
[[nodiscard]] Sidecar read_sidecar(const std::filesystem::path& path);
/// The same from its bytes; `path` for messages.
[[nodiscard]] Sidecar parsed_sidecar(std::string bytes, const std::filesystem::path& path);

}  // namespace headscore
