#include "headscore/rig.hpp"

#include <cctype>

namespace headscore {
namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// Lower-case letters and digits; everything between them becomes one space: " iec 60318 4 711 ".
std::string words_of(std::string_view text) {
  std::string words = " ";
  for (const char c : text) {
    if (is_word(c)) {
      words += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (words.back() != ' ') {
      words += ' ';
    }
  }
  if (words.back() != ' ') words += ' ';
  return words;
}

/// Without regard to spaces and punctuation: "flatplate" is in "Flat plate" and in "flat-plate".
bool has(const std::string& words, std::string_view pattern) {
  std::string bare;
  for (const char c : words) {
    if (c != ' ') bare += c;
  }
  return bare.find(pattern) != std::string::npos;
}

bool has_word(const std::string& words, const std::string& word) {
  return words.find(" " + word + " ") != std::string::npos;
}

/// A number that is not part of a longer one: "711" is in "iec711" and "711 clone", not in "7110".
bool has_number(const std::string& words, std::string_view number) {
  for (std::size_t at = words.find(number); at != std::string::npos; at = words.find(number, at + 1)) {
    if (!is_digit(words[at - 1]) && !is_digit(words[at + number.size()])) return true;
  }
  return false;
}

/// KB5000, KB5001, KB5010, "KB50xx"; and KB0060 to KB0069, "KB006x".
bool has_large_pinna(const std::string& words) { return has(words, "kb50"); }
bool has_kemar_pinna(const std::string& words) { return has(words, "kb006"); }

/// The fixture decides, and of a fixture its pinna: "GRAS 45CA with KB006x" and "KEMAR with KB5000" are named by the
/// pinna, because that is what changes the response of an over-ear headphone.
std::vector<std::string> fixtures_in(const std::string& words) {
  std::vector<std::string> found;
  const bool large = has_large_pinna(words);
  const bool small = has_kemar_pinna(words);
  const bool fixture = has(words, "43ag") || has(words, "45ca");
  const bool kemar = has(words, "kemar");
  if (large || (!small && fixture)) found.emplace_back("gras-45ca");
  if (small || (!large && kemar)) found.emplace_back("gras-kb006x");
  if (has_number(words, "5128") || has(words, "type43")) found.emplace_back("bk-5128");
  if (has(words, "minidsp") || words == " ears ") found.emplace_back("minidsp-ears");
  if (has(words, "flatplate")) found.emplace_back("flat-plate");
  if (has_word(words, "mire") || has(words, "humanear") || has(words, "realear")) found.emplace_back("mire");
  return found;
}

/// Only where no fixture is named: the 711 coupler sits in most of them.
std::optional<std::string> coupler_or_manikin_in(const std::string& words) {
  const bool coupler = has(words, "603184") || has_number(words, "711") || has_number(words, "60711") ||
                       has(words, "ra0045") || has(words, "43ac") || has(words, "occludedearsimulator");
  const bool manikin = has(words, "manikin") || has_word(words, "hats") || has_number(words, "4128") ||
                       has_word(words, "p 58") || has_word(words, "p58");
  if (manikin) return "manikin";
  if (coupler) return "iec-60318-4";
  return std::nullopt;
}

}  // namespace

const std::vector<Rig>& known_rigs() {
  static const std::vector<Rig> rigs = {
      {"bk-5128", "B&K 5128 head and torso simulator (ears of type 4.3)", {"B&K 5128", "HATS 5128", "type 4.3"}},
      {"flat-plate", "flat plate without pinna", {"flat plate"}},
      {"gras-45ca", "GRAS 43AG/45CA with KB50xx pinna", {"GRAS 43AG", "GRAS 45CA", "KB5000", "KB50xx"}},
      {"gras-kb006x", "KEMAR with KB006x pinna", {"KEMAR", "KB0065", "KB006x"}},
      {"iec-60318-4", "IEC 60318-4 occluded-ear simulator (711 coupler)", {"711", "IEC 60711", "RA0045", "GRAS 43AC"}},
      {"manikin", "manikin of ITU-T P.58 (ISO 11904-2)", {"HATS", "B&K 4128", "P.58"}},
      {"minidsp-ears", "miniDSP EARS", {"EARS"}},
      {"mire", "microphone in a real ear (ISO 11904-1)", {"MIRE", "human ear"}},
  };
  return rigs;
}

std::optional<std::string> rig_from(std::string_view text) {
  const std::string words = words_of(text.substr(0, 500));
  for (const Rig& rig : known_rigs()) {
    if (words == words_of(rig.id)) return std::string(rig.id);
  }
  const std::vector<std::string> fixtures = fixtures_in(words);
  if (fixtures.size() == 1) return fixtures.front();
  if (fixtures.size() > 1) return std::nullopt;  // two rigs in one text: no guess
  return coupler_or_manikin_in(words);
}

}  // namespace headscore
