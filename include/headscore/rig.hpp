// Rigs: the ear simulators and heads that measurements are made on.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headscore {

struct Rig {
  std::string_view id;     ///< "gras-45ca"
  std::string_view title;  ///< "GRAS 43AG/45CA with KB50xx pinna"
  std::vector<std::string_view> aliases;
};

/// bk-5128, flat-plate, gras-45ca, gras-kb006x (KEMAR), iec-60318-4, manikin (ITU-T P.58), minidsp-ears, mire (human
/// ear); by id.
[[nodiscard]] const std::vector<Rig>& known_rigs();

/// Id of a rig from free text ("IEC 60318-4 (711)", "GRAS 43AG", "5128"); nullopt when it is none of the known ones, or
/// two of them. A pinna's name goes before the fixture's, and a fixture's before its coupler's: "KEMAR with KB5000" is
/// gras-45ca, "GRAS 45CA (711)" too.
[[nodiscard]] std::optional<std::string> rig_from(std::string_view text);

}  // namespace headscore
