// Product, channel and seat from a file's name.
#include "pipeline/identity.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <string>
#include <utility>

#include "headscore/reader.hpp"
#include "io/text_lines.hpp"

namespace headscore {
namespace {

/// Stands before a channel or a seat. A closing bracket does not: it belongs to the name ("Maxwell (WC Pads) R1").
bool is_separator(char c) { return c == ' ' || c == '_' || c == '-' || c == '.' || c == '(' || c == '['; }

/// `name` without an extension of one to five letters ("V2.1" is no extension).
std::string without_extension(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos || dot == 0 || name.size() - dot - 1 > 5 || dot + 1 == name.size()) return name;
  for (std::size_t i = dot + 1; i < name.size(); ++i) {
    if (std::isalpha(static_cast<unsigned char>(name[i])) == 0) return name;
  }
  return name.substr(0, dot);
}

/// `ending` in small letters.
bool ends_like(std::string_view name, std::string_view ending) {
  return name.size() >= ending.size() && lowered(name.substr(name.size() - ending.size())) == ending;
}

/// "X L.txt.txt" and "X L.tx.txt" have two of them.
std::string stem_of(const std::string& path) {
  std::string name = without_extension(path.substr(path.rfind('/') + 1));
  for (const std::string_view again : {".txt", ".tx", ".csv", ".frd"}) {
    if (name.size() > again.size() && ends_like(name, again)) name.resize(name.size() - again.size());
  }
  return name;
}

/// Takes `ending` and the separators before it off; false when the name does not end so, or nothing would be left.
bool take_off(std::string& name, std::string_view ending) {
  if (name.size() <= ending.size() + 1 || !ends_like(name, ending)) return false;
  std::size_t end = name.size() - ending.size();
  if (!is_separator(name[end - 1])) return false;
  while (end > 0 && is_separator(name[end - 1])) --end;
  if (end == 0) return false;
  name.resize(end);
  return true;
}

/// "X L seat 1", "X R run 2": the word belongs to the number.
void take_seat_word(std::string& name) {
  for (const std::string_view word : {"seat", "reseat", "run", "take", "pos", "position", "trial", "measurement"}) {
    if (take_off(name, word)) return;
  }
}

/// A number at the end, with or without brackets: a seat when a channel stands before it.
std::optional<int> take_seat(std::string& name) {
  std::size_t end = name.size();
  while (end > 0 && (name[end - 1] == ')' || name[end - 1] == ']')) --end;
  std::size_t start = end;
  while (start > 0 && std::isdigit(static_cast<unsigned char>(name[start - 1])) != 0) --start;
  if (start == end || end - start > 3 || start == 0) return std::nullopt;
  const int seat = std::stoi(name.substr(start, end - start));
  while (start > 0 && (is_separator(name[start - 1]) || name[start - 1] == '#')) --start;
  name.resize(start);
  take_seat_word(name);
  return seat;
}

struct ChannelWord {
  std::string_view word;
  Channel channel;
};

constexpr std::array<ChannelWord, 10> kChannelWords = {{{"left", Channel::kLeft},
                                                        {"right", Channel::kRight},
                                                        {"l", Channel::kLeft},
                                                        {"r", Channel::kRight},
                                                        {"links", Channel::kLeft},
                                                        {"rechts", Channel::kRight},
                                                        {"gauche", Channel::kLeft},
                                                        {"droite", Channel::kRight},
                                                        {"\u5DE6", Channel::kLeft},
                                                        {"\u53F3", Channel::kRight}}};

/// Names that say what a file holds, not of which product.
bool is_generic(const std::string& name) {
  constexpr auto kGeneric = std::to_array<std::string_view>(
      {"fr", "spl", "raw", "data", "freq", "response", "frequency response", "measurement", "average", "avg"});
  return std::find(kGeneric.begin(), kGeneric.end(), lowered(name)) != kGeneric.end();
}

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

std::string sbaf_rig(const std::string& path) {
  const std::string before = stem_of(path);
  std::string name = before;
  rename_sbaf(name);
  return name.size() == before.size() ? std::string() : before.substr(1, before.find('-') - 1);
}

std::vector<ChannelSplit> channel_splits(const std::string& path) {
  const std::string name = stem_of(path);
  std::vector<ChannelSplit> splits;
  const auto add = [&](std::size_t start, std::size_t length, Channel channel, std::string_view other) {
    std::string twin = name;
    twin.replace(start, length, other);
    std::string product = name;
    product.erase(start, length);
    const auto at = [&](std::size_t place) { return place < product.size() ? product[place] : '\0'; };
    if (start > 0 && ((at(start - 1) == '(' && at(start) == ')') || (at(start - 1) == '[' && at(start) == ']')))
      product.erase(--start, 2);
    const auto is_gap = [](char c) { return is_separator(c) && c != '(' && c != '['; };
    while (start > 0 && start < product.size() && is_gap(product[start - 1]) && is_gap(product[start]))
      product.erase(start, 1);
    while (!product.empty() && is_separator(product.back())) product.pop_back();
    while (!product.empty() && is_separator(product.front())) product.erase(0, 1);
    rename_sbaf(product);
    if (!product.empty()) splits.push_back({std::move(product), channel, std::move(twin)});
  };
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t end = std::min(name.find_first_of(" _-.()[]", at), name.size());
    const std::string word = name.substr(at, end - at);
    if (word == "L" || word == "l") add(at, 1, Channel::kLeft, word == "L" ? "R" : "r");
    if (word == "R" || word == "r") add(at, 1, Channel::kRight, word == "R" ? "L" : "l");
    if (lowered(word) == "left")
      add(at, 4, Channel::kLeft, word == "left" ? "right" : (word == "LEFT" ? "RIGHT" : "Right"));
    if (lowered(word) == "right")
      add(at, 5, Channel::kRight, word == "right" ? "left" : (word == "RIGHT" ? "LEFT" : "Left"));
    at = end + 1;
  }
  const bool glued = name.size() > 3 && std::isalnum(static_cast<unsigned char>(name[name.size() - 2])) != 0;
  if (glued && name.back() == 'L') add(name.size() - 1, 1, Channel::kLeft, "R");
  if (glued && name.back() == 'R') add(name.size() - 1, 1, Channel::kRight, "L");
  return splits;
}

std::string stem_without_extensions(const std::string& path) { return stem_of(path); }

Identity identity_from_name(const std::filesystem::path& path) { return identity_from_path_text(path.native()); }

Identity identity_from_path_text(const std::string& path) {
  Identity identity;
  std::string name = stem_of(path);
  const auto folder = [&] { return std::filesystem::path(path).parent_path().filename().string(); };
  // "left.txt", "L2.txt" in a product's own folder: the folder is the product.
  std::string word = name;
  const std::optional<int> own_seat = take_seat(word);
  for (const ChannelWord& known : kChannelWords) {
    if (word.size() != known.word.size() || !ends_like(word, known.word)) continue;
    if (std::string product = folder(); !product.empty()) return {std::move(product), known.channel, own_seat};
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
  if (is_generic(name)) {
    if (std::string product = folder(); !product.empty()) identity.product = std::move(product);
  }
  return identity;
}

}  // namespace headscore
