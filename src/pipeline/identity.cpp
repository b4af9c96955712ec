// Product, channel and seat from a file's name.
#include <array>
#include <cctype>
#include <string>

#include "headscore/reader.hpp"
#include "io/text_lines.hpp"
#include "pipeline/identity.hpp"

namespace headscore {
namespace {

/// Stands before a channel or a seat. A closing bracket does not: it belongs to the name ("Maxwell (WC Pads) R1").
bool is_separator(char c) { return c == ' ' || c == '_' || c == '-' || c == '.' || c == '(' || c == '['; }

/// The name without an extension of one to five letters ("V2.1" is no extension).
std::string stem_of(const std::filesystem::path& path) {
  std::string name = path.filename().string();
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos || dot == 0 || name.size() - dot - 1 > 5 || dot + 1 == name.size()) return name;
  for (std::size_t i = dot + 1; i < name.size(); ++i) {
    if (std::isalpha(static_cast<unsigned char>(name[i])) == 0) return name;
  }
  return name.substr(0, dot);
}

/// Takes `ending` and the separators before it off; false when the name does not end so, or nothing would be left.
bool take_off(std::string& name, std::string_view ending) {
  if (name.size() <= ending.size() + 1 || lowered(name).substr(name.size() - ending.size()) != ending) return false;
  std::size_t end = name.size() - ending.size();
  if (!is_separator(name[end - 1])) return false;
  while (end > 0 && is_separator(name[end - 1])) --end;
  if (end == 0) return false;
  name.resize(end);
  return true;
}

/// A number at the end, with or without brackets: a seat when a channel stands before it.
std::optional<int> take_seat(std::string& name) {
  std::size_t end = name.size();
  while (end > 0 && (name[end - 1] == ')' || name[end - 1] == ']')) --end;
  std::size_t start = end;
  while (start > 0 && std::isdigit(static_cast<unsigned char>(name[start - 1])) != 0) --start;
  if (start == end || end - start > 3 || start == 0) return std::nullopt;
  const int seat = std::stoi(name.substr(start, end - start));
  while (start > 0 && is_separator(name[start - 1])) --start;
  name.resize(start);
  return seat;
}

struct ChannelWord {
  std::string_view word;
  Channel channel;
};

constexpr std::array<ChannelWord, 4> kChannelWords = {{{"left", Channel::kLeft}, {"right", Channel::kRight}, {"l", Channel::kLeft}, {"r", Channel::kRight}}};

std::optional<Channel> take_channel(std::string& name) {
  std::string trial = name;
  while (!trial.empty() && (trial.back() == ')' || trial.back() == ']' || trial.back() == ' ')) trial.pop_back();
  for (const ChannelWord& known : kChannelWords) {
    if (take_off(trial, known.word)) {
      name = trial;
      return known.channel;
    }
  }
  return std::nullopt;
}

/// SBAF names measurements "cFPC21-AKG-K553-L": c for compensated, the rig's short name, brand, model, channel.
void rename_sbaf(std::string& name) {
  if (name.size() < 8 || name[0] != 'c') return;
  std::size_t at = 1;
  while (at < name.size() && name[at] >= 'A' && name[at] <= 'Z') ++at;
  const std::size_t letters = at - 1;
  while (at < name.size() && std::isdigit(static_cast<unsigned char>(name[at])) != 0) ++at;
  if (letters < 2 || at - 1 - letters != 2 || at >= name.size() || name[at] != '-') return;
  name.erase(0, at + 1);
  for (char& c : name) c = c == '-' ? ' ' : c;
}

}  // namespace

bool has_sbaf_name(const std::filesystem::path& path) {
  std::string name = stem_of(path);
  const std::size_t before = name.size();
  rename_sbaf(name);
  return name.size() != before;
}

Identity identity_from_name(const std::filesystem::path& path) {
  Identity identity;
  std::string name = stem_of(path);
  // "left.txt" in a product's own folder: the folder is the product.
  for (const ChannelWord& known : kChannelWords) {
    if (lowered(name) == known.word && !path.parent_path().filename().empty()) return {path.parent_path().filename().string(), known.channel, std::nullopt};
  }
  for (const std::string_view content : {"distortion", "thd", "harmonics"}) {
    if (take_off(name, content)) break;
  }
  std::string without_number = name;
  const std::optional<int> seat = take_seat(without_number);
  if (const std::optional<Channel> channel = take_channel(name)) {
    identity.channel = *channel;
  } else if (seat) {
    if (const std::optional<Channel> numbered = take_channel(without_number)) {
      identity.channel = *numbered;
      identity.seat = seat;
      name = without_number;
    }
  }
  rename_sbaf(name);
  identity.product = name;
  return identity;
}

}  // namespace headscore
