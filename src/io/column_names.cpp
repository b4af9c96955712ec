#include "io/column_names.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <unordered_map>

#include "io/table_form.hpp"
#include "io/text_lines.hpp"

namespace headscore {
namespace {

using Words = std::span<const std::string_view>;

// Letters beyond ASCII have two cases: their words stand here without the first letter.
constexpr auto kFrequencyWords = std::to_array<std::string_view>(
    {"frequency", "fréq", "frecuencia", "frekv", "frekans", "астот", "zęstotl", "频率", "頻率", "周波数"});
constexpr auto kPhaseWords = std::to_array<std::string_view>({"phase", "фаз", "Фаз", "相位", "位相", "fase"});
constexpr auto kImpedanceWords = std::to_array<std::string_view>(
    {"impedan", "impédan", "мпеданс", "опротивлен", "阻抗", "インピーダンス", "|z|", "resistance"});
constexpr auto kDistortionWords = std::to_array<std::string_view>({"distortion", "klirr", "distorsion", "歪"});
constexpr auto kLevelWords =
    std::to_array<std::string_view>({"spl", "mag", "level", "ampl", "response", "left", "right", "mean", "usound",
                                     "pegel", "niveau", "ровень", "声压", "音圧", "measure"});
/// Curves that measurements are held against.
constexpr auto kTargetNames =
    std::to_array<std::string_view>({"harman", "diffuse field", "diffuse-field", "free field", "free-field",
                                     "ief neutral", "jm-1", "reference", "usound target"});
/// Quantities over frequency that are no response.
constexpr auto kOtherQuantities = std::to_array<std::string_view>({"coherence",    "error",
                                                                   "smoothed",     "equali",
                                                                   "target",       "r&b",
                                                                   "rub",          "isolation",
                                                                   "attenuation",  "loss",
                                                                   "real",         "imag",
                                                                   "imaginary",    "std",
                                                                   "variance",     "uncertainty",
                                                                   "tolerance",    "sigma",
                                                                   "sinad",        "crosstalk",
                                                                   "snr",          "leakage",
                                                                   "intermod",     "imd",
                                                                   "background",   "signal to noise",
                                                                   "masking",      "velocity",
                                                                   "displacement", "acceleration",
                                                                   "excursion",    "loudness",
                                                                   "sharpness",    "roughness",
                                                                   "jitter",       "correlation",
                                                                   "threshold",    "noise floor",
                                                                   "delta",        "difference",
                                                                   "calibration",  "mic cal",
                                                                   "balance",      "drive level"});
/// Units that are not decibels.
constexpr auto kOtherUnits = std::to_array<std::string_view>(
    {"mm/s",  "m/s",   "m/s²",   "m/s2", "sone",  "phon", "acum", "v",   "mv",  "uv",    "µv", "vrms",
     "mvrms", "v rms", "mv rms", "volt", "volts", "pa",   "mpa",  "upa", "µpa", "w",     "mw", "a",
     "ma",    "s",     "sec",    "ms",   "us",    "m",    "mm",   "fs",  "lin", "linear"});
constexpr auto kTimeWords = std::to_array<std::string_view>(
    {"time", "t",    "zeit",         "temps",   "tiempo",       "tempo",   "время",  "Время", "时间",
     "時間", "date", "sample",       "samples", "sample index", "seconds", "second", "sec",   "minutes",
     "msec", "ms",   "milliseconds", "s"});
constexpr auto kOtherAxes = std::to_array<std::string_view>(
    {"omega", "ω", "angle", "distance", "position", "order", "rpm", "quefrency", "log f"});

/// The same few names and lines head file after file: what each thread worked out of them, as long as it is little.
template <typename Value>
class Remembered {
 public:
  template <typename Make>
  Value of(const std::string& text, const Make& make) {
    constexpr std::size_t kMostTexts = 256;
    constexpr std::size_t kLongest = 512;
    if (text.size() > kLongest) return make();
    const auto found = known_.find(text);
    if (found != known_.end()) return found->second;
    if (known_.size() >= kMostTexts) known_.clear();
    return known_.emplace(text, make()).first->second;
  }

 private:
  std::unordered_map<std::string, Value> known_;
};

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

bool has_any(std::string_view text, Words words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return has(text, word); });
}

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

/// True where `part` begins a word of `text`, and ends it too if `part` is short: "real" is in "real part", not in
/// "Realme".
bool has_word(std::string_view text, std::string_view part) {
  constexpr std::size_t kShort = 4;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    const std::size_t behind = at + part.size();
    const bool begins = at == 0 || !is_letter(text[at - 1]) || !is_letter(part.front());
    const bool ends = part.size() > kShort || behind == text.size() || !is_letter(text[behind]);
    if (begins && ends) return true;
  }
  return false;
}

bool has_any_word(std::string_view text, Words words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return has_word(text, word); });
}

/// "THD+N", "THD_N", "THDN", "THD and Noise", "Total Harmonic Distortion + Noise".
bool is_thd_plus_noise(std::string_view word) {
  if (has(word, "thd+n") || has(word, "thd + n") || has(word, "thd_n") || has(word, "thdn") || has(word, "thd-n"))
    return true;
  return has(word, "noise") && (has(word, "thd") || has(word, "distortion"));
}

bool is_any(std::string_view text, Words words) { return std::find(words.begin(), words.end(), text) != words.end(); }

/// "Level (mV)" -> "level".
std::string base_of(const std::string& word) {
  return std::string(trimmed(std::string_view(word).substr(0, word.find_first_of("([,/"))));
}

/// "level (mv)" -> "mv"; a name without brackets may be a unit itself, but one letter is a name.
std::string_view unit_text(std::string_view word) {
  const std::size_t open = word.find_last_of("([");
  if (open == std::string_view::npos) return word.size() > 1 ? word : std::string_view();
  const std::size_t close = word.find_first_of(")]", open);
  return trimmed(word.substr(open + 1, close == std::string_view::npos ? close : close - open - 1));
}

bool is_frequency_name(std::string_view name) {
  const std::string word = lowered(name);
  if (has(word, "rad/s") || word.starts_with("log") || word.starts_with("omega")) return false;
  return word.starts_with("freq") || word.starts_with("f [") || word.starts_with("f[") || word.starts_with("f (") ||
         word.starts_with("f(") || word == "f" || word == "hz" || word == "khz" || has(word, "[hz]") ||
         (word.find_first_of("0123456789") == std::string::npos && (word.ends_with(" hz") || word.ends_with("_hz"))) ||
         has(word, "(hz)") || has_any(word, kFrequencyWords);
}

ColumnUnit unit_of(const std::string& word) {
  if (has(word, "khz")) return ColumnUnit::kKilohertz;
  if (has(word, "%") || has(word, "percent")) return ColumnUnit::kPercent;
  if (has(word, "dbspl") || has(word, "db spl") || has(word, "db(spl)") || has(word, "db (spl)"))
    return ColumnUnit::kDecibelSpl;
  if (has(word, "db") || has(word, "дБ") || has(word, "дб")) return ColumnUnit::kDecibel;
  if (has_word(word, "deg") || has_word(word, "degree") || has(word, "\u00B0")) return ColumnUnit::kDegree;
  if (has_word(word, "rad") || has_word(word, "radian")) return ColumnUnit::kRadian;
  if (has(word, "ohm") || has(word, "\u03A9") || has(word, "\u2126")) return ColumnUnit::kOhm;
  if (has(word, "hz")) return ColumnUnit::kHertz;
  return is_any(unit_text(word), kOtherUnits) ? ColumnUnit::kOther : ColumnUnit::kUnknown;
}

/// Order of "H2(%)", "HD3", "Harm2", "2nd", "3rd harmonic", "D2"; 0 for anything else.
int harmonic_order(const std::string& word) {
  if (word.find_first_of("23456789") == std::string::npos) return 0;
  for (int order = 2; order <= 9; ++order) {
    const char digit = static_cast<char>('0' + order);
    for (const std::string_view prefix : {"h", "hd", "d", "harm", "harm ", "harmonic ", "harmonic"}) {
      const std::string start = std::string(prefix) + digit;
      if (word.starts_with(start) &&
          (word.size() == start.size() || std::isdigit(static_cast<unsigned char>(word[start.size()])) == 0))
        return order;
    }
    for (const std::string_view suffix : {"nd", "rd", "th"}) {
      if (word.starts_with(std::string(1, digit) + std::string(suffix))) return order;
    }
  }
  return 0;
}

ColumnRole role_of(const std::string& name, const std::string& word, const ColumnMeaning& meaning) {
  if (is_frequency_name(name)) return ColumnRole::kFrequency;
  if (is_thd_plus_noise(word) || has_word(word, "limit") || has_word(word, "rub") || has_word(word, "buzz"))
    return ColumnRole::kIgnored;
  const bool is_phase =
      has_any(word, kPhaseWords) || meaning.unit == ColumnUnit::kDegree || meaning.unit == ColumnUnit::kRadian;
  if (meaning.harmonic != 0 && is_phase) return ColumnRole::kIgnored;
  if (has(word, "thd") || has(word, "total harmonic")) return ColumnRole::kThd;
  if (meaning.harmonic != 0) return ColumnRole::kHarmonic;
  const bool of_two_tones = has(word, "intermod") || has_word(word, "imd");
  if (has_any(word, kDistortionWords) && !of_two_tones) return ColumnRole::kThd;
  if (has(word, "noise")) return ColumnRole::kNoise;
  if (has(word, "fundamental")) return ColumnRole::kFundamental;
  if (has(word, "delay")) return ColumnRole::kIgnored;
  if (is_phase) return ColumnRole::kPhase;
  const std::string base = base_of(word);
  if (meaning.unit == ColumnUnit::kOhm || has_any(word, kImpedanceWords) || base == "z" || has_word(base, "zmag") ||
      has_word(base, "zin") || base == "z magnitude" || base == "z mag")
    return ColumnRole::kImpedance;
  if (meaning.unit == ColumnUnit::kOther || meaning.unit == ColumnUnit::kPercent) return ColumnRole::kIgnored;
  if (has_any_word(word, kOtherQuantities) || base == "re" || base == "im" || base == "sd" || base == "gd" ||
      base == "coh" || base == "q")
    return ColumnRole::kIgnored;
  return ColumnRole::kLevel;
}

/// Words that are a quantity's or a unit's own, not a part of a product's name.
bool names_quantity(const ColumnMeaning& meaning, const std::string& word) {
  constexpr auto kOwn = std::to_array<std::string_view>(
      {"impedance",   "phase",       "distortion", "harmonic",       "delay",        "coherence",
       "isolation",   "attenuation", "target",     "error",          "noise floor",  "noise level",
       "fundamental", "thd",         "smoothed",   "equalized",      "equalization", "background noise",
       "crosstalk",   "sinad",       "resistance", "intermodulation"});
  if (word.find_first_of("([%/") != std::string::npos || word == "noise" || meaning.role == ColumnRole::kFrequency)
    return true;
  if (meaning.role == ColumnRole::kHarmonic) {
    const std::string_view rest = std::string_view(word).substr(word.find_first_of("23456789") + 1);
    return rest.empty() || rest.front() == '_' || rest == "nd" || rest == "rd" || rest == "th" || has(rest, "harm") ||
           rest == " db";
  }
  if (has_any_word(word, kOwn) || word.starts_with("z ") || has(word, "|z|")) return true;
  return word.find(' ') == std::string::npos;
}

/// Without the marks of a comment. A quote is one of them unless it opens the first of several quoted names.
std::string_view without_marks(std::string_view line) {
  line = trimmed(line);
  const bool quoted_names = std::count(line.begin(), line.end(), '"') >= 4;
  if (quoted_names && line.front() == '"') return line;
  while (!line.empty() && std::string_view("*#;!%/\" ").find(line.front()) != std::string_view::npos)
    line = trimmed(line.substr(1));
  return line;
}

/// Names of a head whose cells are not divided by the table's own delimiter: "THD (%)" stays one name.
std::vector<std::string> blank_separated(std::string_view line) {
  std::vector<std::string> names;
  for (const std::string_view word : split_cells(line, Delimiter::kSpace)) {
    const bool belongs = !names.empty() && (word.front() == '(' || word.front() == '[');
    if (belongs) {
      names.back().append(" ").append(word);
    } else {
      names.emplace_back(word);
    }
  }
  return names;
}

/// Most header lines are no column heads: they are told before they are split. In one pass: "freq", "frec", "frek",
/// "hz", a first letter f, or anything beyond ASCII.
bool may_speak_of_frequency(std::string_view line) {
  constexpr char kSmall = '\x20';
  if ((line.front() | kSmall) == 'f') return true;
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    const char c = line[i];
    if (static_cast<unsigned char>(c) > 127) return true;
    if ((c | kSmall) == 'h' && (line[i + 1] | kSmall) == 'z') return true;
    if ((c | kSmall) != 'f' || (line[i + 1] | kSmall) != 'r' || i + 3 >= line.size()) continue;
    const auto last = static_cast<char>(line[i + 3] | kSmall);
    if ((line[i + 2] | kSmall) == 'e' && (last == 'q' || last == 'c' || last == 'k')) return true;
  }
  return static_cast<unsigned char>(line.back()) > 127;
}

/// "Frequency response of ...", also with commas in it: a title.
bool is_title(const std::vector<std::string>& names) {
  if (lowered(names[0]).starts_with("frequency response")) return true;
  const auto response = std::find_if(names.begin(), names.end(),
                                     [](const std::string& name) { return lowered(name).starts_with("response"); });
  return response != names.begin() && response != names.end() && lowered(*(response - 1)) == "frequency";
}

/// "dB<tab>Hz", "index, frequency, level": the frequency stands second.
bool is_frequency_second(const std::vector<std::string>& names) {
  if (names.size() < 2 || !is_frequency_name(names[1])) return false;
  return names.size() >= 3 ? names[0].size() <= 8 || level_rank(meaning_of(names[0])) == 3
                           : level_rank(meaning_of(names[0])) == 3;
}

}  // namespace

namespace {

ColumnMeaning worked_out(const std::string& name) {
  const std::string word = lowered(name);
  ColumnMeaning meaning;
  meaning.name = name;
  meaning.unit = unit_of(word);
  meaning.harmonic = harmonic_order(word);
  meaning.role = role_of(name, word, meaning);
  meaning.against_target = meaning.role == ColumnRole::kLevel && (has(word, "deviation") || has(word, "compensated") ||
                                                                  has(word, "vs target") || has(word, "re target"));
  return meaning;
}

}  // namespace

ColumnMeaning meaning_of(const std::string& name) {
  thread_local Remembered<ColumnMeaning> known;
  return known.of(name, [&] { return worked_out(name); });
}

ColumnMeaning meaning_of_only(const std::string& name) {
  ColumnMeaning meaning = meaning_of(name);
  if (meaning.role == ColumnRole::kLevel || names_quantity(meaning, lowered(name))) return meaning;
  return {ColumnRole::kLevel, ColumnUnit::kUnknown, 0, name, false};
}

int level_rank(const ColumnMeaning& column) {
  if (column.role != ColumnRole::kLevel) return 0;
  const std::string word = lowered(column.name);
  if (word == "raw") return 4;
  if (word.starts_with("min") || word.starts_with("max") || column.against_target) return 2;
  if (has_any(word, kTargetNames)) return 1;
  const bool decibel = column.unit == ColumnUnit::kDecibel || column.unit == ColumnUnit::kDecibelSpl;
  return decibel || has_any(word, kLevelWords) || has(word, "average") || word == "avg" ? 3 : 2;
}

Channel side_of(std::string_view name) {
  const std::string word = lowered(name);
  const auto is_letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  for (auto start = word.begin(); start != word.end();) {
    const auto stop = std::find_if_not(start, word.end(), is_letter);
    const std::string_view part(start, stop);
    if (part == "left" || part == "l" || part == "links") return Channel::kLeft;
    if (part == "right" || part == "r" || part == "rechts") return Channel::kRight;
    start = std::find_if(stop, word.end(), is_letter);
  }
  return Channel::kUnknown;
}

HeadCells head_cells(std::string_view line) {
  line = without_marks(line);
  HeadCells head;
  for (const Delimiter delimiter : {Delimiter::kTab, Delimiter::kSemicolon, Delimiter::kComma}) {
    const char mark = delimiter == Delimiter::kTab ? '\t' : (delimiter == Delimiter::kComma ? ',' : ';');
    if (line.find(mark) == std::string_view::npos) continue;
    for (const std::string_view cell : split_cells(line, delimiter)) head.names.emplace_back(trimmed(unquoted(cell)));
    break;
  }
  if (head.names.size() < 2) {
    head.names = blank_separated(line);
    head.by_blanks = true;
  }
  return head;
}

namespace {

/// A line without marks that is not empty.
bool may_be_head(std::string_view line) {
  return !line.empty() && std::isdigit(static_cast<unsigned char>(line.front())) == 0 && may_speak_of_frequency(line);
}

std::vector<std::string> divided(std::string_view line) {
  HeadCells head = head_cells(line);
  const std::vector<std::string>& names = head.names;
  if (names.size() < 2 || (!is_frequency_name(names[0]) && !is_frequency_second(names))) return {};
  if (is_title(names)) return {};
  const bool prose = std::any_of(names.begin(), names.end(), [](const std::string& name) {
    return name.ends_with(':') || name.find(": ") != std::string::npos || name.size() > 60;
  });
  return prose ? std::vector<std::string>{} : names;
}

/// Parts between `mark`s, without the empty ones.
std::vector<std::string> parts_of(std::string_view line, std::string_view mark) {
  std::vector<std::string> parts;
  for (std::size_t start = 0; start <= line.size();) {
    const std::size_t stop = std::min(line.find(mark, start), line.size());
    const std::string_view part = trimmed(unquoted(trimmed(line.substr(start, stop - start))));
    if (!part.empty()) parts.emplace_back(part);
    start = stop + mark.size();
  }
  return parts;
}

std::vector<std::string> divided(std::string_view line, std::size_t columns) {
  std::vector<std::string> usual = divided(line);
  if (usual.size() == columns) return usual;
  for (const std::string_view mark : {"\t", ";", ",", "|", " / ", "  "}) {
    std::vector<std::string> names = parts_of(line, mark);
    if (names.size() != columns || names.size() < 2) continue;
    if (!is_frequency_name(names[0]) && !is_frequency_second(names)) continue;
    const bool prose = is_title(names) || std::any_of(names.begin(), names.end(), [](const std::string& name) {
                         return name.ends_with(':') || name.find(": ") != std::string::npos;
                       });
    if (!prose) return names;
  }
  return usual;
}

}  // namespace

std::vector<std::string> column_names(std::string_view line) {
  const std::string_view bare = without_marks(line);
  if (!may_be_head(bare)) return {};
  thread_local Remembered<std::vector<std::string>> known;
  return known.of(std::string(bare), [&] { return divided(bare); });
}

std::vector<std::string> column_names(std::string_view line, std::size_t columns) {
  const std::string_view bare = without_marks(line);
  if (!may_be_head(bare)) return {};
  thread_local Remembered<std::vector<std::string>> known;
  return known.of(std::to_string(columns) + ":" + std::string(bare), [&] { return divided(bare, columns); });
}

OtherTable other_table(const HeadCells& head) {
  if (head.names.size() < 2) return OtherTable::kNone;
  std::vector<std::string> words;
  for (const std::string& name : head.names) {
    if (name.empty() || name.ends_with(':') || std::isdigit(static_cast<unsigned char>(name.front())) != 0)
      return OtherTable::kNone;
    words.push_back(lowered(name));
  }
  const auto names = [&words](std::string_view wanted) {
    return std::find(words.begin(), words.end(), wanted) != words.end();
  };
  if (names("q") && (names("gain") || names("fc"))) return OtherTable::kEqualizer;
  const std::string first = base_of(words[0]);
  const bool has_unit = words[0].find_first_of("([") != std::string::npos;
  const ColumnMeaning second = meaning_of(head.names[1]);
  if (head.by_blanks && !has_unit && level_rank(second) != 3 && second.unit != ColumnUnit::kOther &&
      words[1] != "value")
    return OtherTable::kNone;
  if (is_any(first, kTimeWords)) return OtherTable::kTime;
  return is_any(first, kOtherAxes) || first.starts_with("log") || has(words[0], "rad/s") ? OtherTable::kOtherAxis
                                                                                         : OtherTable::kNone;
}

}  // namespace headscore
