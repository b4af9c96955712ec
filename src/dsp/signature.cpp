#include "dsp/signature.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace headscore {
namespace {

enum class Region { kDown, kLevel, kUp };

Region region(double level_db) {
  if (level_db >= kClearDb) return Region::kUp;
  return level_db <= -kClearDb ? Region::kDown : Region::kLevel;
}

/// Sub-bass and air lifted while upper bass and presence are not: a U has its walls at the ends.
bool lifted_at_the_ends_only(const TuningLevels& levels) {
  return levels.sub_bass_db >= kClearDb && levels.air_db >= kClearDb && std::abs(levels.upper_bass_db) < kMildDb &&
         std::abs(levels.presence_db) < kMildDb;
}

bool lifted_mildly_on_both_sides(const TuningLevels& levels) {
  const auto mild = [](double level_db) { return level_db >= kMildDb && level_db <= kStrongDb; };
  return mild(levels.bass_db) && mild(levels.treble_db);
}

std::string one_decimal(double value) {
  std::array<char, 32> text{};
  const double shown = std::round(value * 10.0) / 10.0 + 0.0;  // no "-0.0"
  const auto [end, code] = std::to_chars(text.data(), text.data() + text.size(), shown, std::chars_format::fixed, 1);
  return code == std::errc() ? std::string(text.data(), end) : std::string("?");
}

std::string with_sign(double value) {
  const std::string text = one_decimal(value);
  return text.front() == '-' ? text : "+" + text;
}

}  // namespace

std::string signature_name(const TuningLevels& levels) {
  if (lifted_at_the_ends_only(levels) || lifted_mildly_on_both_sides(levels)) return "U-shaped";
  const Region bass = region(levels.bass_db);
  const Region treble = region(levels.treble_db);
  if (bass == Region::kUp && treble == Region::kUp) return "V-shaped";
  if (bass == Region::kUp && treble == Region::kLevel) return "bass-boosted";
  if (treble == Region::kUp) return "bright";
  const bool leans_down = levels.tilt_db_per_octave <= -kLeaningDbPerOctave;
  const bool leans_up = levels.tilt_db_per_octave >= kLeaningDbPerOctave;
  if (bass == Region::kDown && treble == Region::kDown) return leans_down ? "dark" : "mid-forward";
  if (treble == Region::kDown) return "dark";
  if (bass == Region::kDown) return "bass-light";
  if (leans_down) return "dark";
  if (leans_up) return "bright";
  return levels.rms_db > kUnevenRmsDb ? "uneven" : "neutral";
}

std::string signature_reason(const TuningLevels& levels) {
  std::string text =
      "bass " + with_sign(levels.bass_db) + " dB and treble (3-10 kHz) " + with_sign(levels.treble_db) + " dB re mids";
  const std::string name = signature_name(levels);
  if (name == "U-shaped" && lifted_at_the_ends_only(levels)) {
    text += ", 20-60 Hz " + with_sign(levels.sub_bass_db) + " dB and 8-16 kHz " + with_sign(levels.air_db) + " dB";
  }
  if (std::abs(levels.tilt_db_per_octave) >= kLeaningDbPerOctave) {
    text += ", tilt " + with_sign(levels.tilt_db_per_octave) + " dB/octave";
  }
  if (name == "uneven" || name == "neutral") text += ", rms " + one_decimal(levels.rms_db) + " dB over 50 Hz-10 kHz";
  return text;
}

}  // namespace headscore
