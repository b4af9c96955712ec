#include "verification/page_figures.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "io/text_lines.hpp"
#include "io/utf8.hpp"

namespace headscore {
namespace {

using Kind = ProseToken::Kind;
using Bound = Figure::Bound;

constexpr std::size_t kWindow = 14;  // tokens between a word and its figure
constexpr std::size_t kBehind = 12;  // tokens behind a figure that say at which frequency and level

template <std::size_t count>
bool among(std::string_view word, const std::array<std::string_view, count>& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}
bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

class Scan {
 public:
  explicit Scan(const Prose& prose) : prose_(prose), tokens_(prose.tokens()) {}

  [[nodiscard]] std::vector<Figure> figures() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (names_distortion(i)) distortion(i);
      if (is_plus_minus(i)) deviation(i);
      if (is(i, Kind::kNumber)) {
        if (!sensitivity(i) && !impedance(i)) isolation(i);
      }
    }
    std::stable_sort(figures_.begin(), figures_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Figure> result;
    for (auto& [at, figure] : figures_) result.push_back(std::move(figure));
    return result;
  }

 private:
  [[nodiscard]] bool is(std::size_t i, Kind kind) const { return i < tokens_.size() && tokens_[i].kind == kind; }
  [[nodiscard]] std::string_view words(std::size_t i) const {
    return i < tokens_.size() ? prose_.words(tokens_[i]) : std::string_view();
  }
  [[nodiscard]] bool ends_clause(std::size_t i) const {
    return i >= tokens_.size() || is(i, Kind::kStop) ||
           (is(i, Kind::kNewline) && (is(i + 1, Kind::kNewline) || is(i + 1, Kind::kMinus)));
  }

  /// Unit of a number, whether it sticks or stands behind a blank; `end` becomes the token behind.
  [[nodiscard]] std::string unit(std::size_t i, std::size_t& end) const {
    end = i + 1;
    std::string text = lowered(tokens_[i].unit);
    while (!text.empty() && (text[0] == '-' || text[0] == '.')) text.erase(0, 1);
    if (text.empty() && tokens_[i].currency.empty() && is(i + 1, Kind::kWord) &&
        tokens_[i + 1].begin <= tokens_[i].end + 3) {
      text = lowered(words(i + 1));
      end = i + 2;
    }
    return text;
  }
  [[nodiscard]] std::string unit(std::size_t i) const {
    std::size_t end = 0;
    return unit(i, end);
  }

  [[nodiscard]] std::optional<double> hertz(std::size_t i) const {
    if (!is(i, Kind::kNumber)) return std::nullopt;
    const std::string name = unit(i);
    if (name == "hz") return tokens_[i].value;
    if (name == "khz" || name == "k") return 1000.0 * tokens_[i].value;
    return std::nullopt;
  }

  void keep(std::size_t first, std::size_t last, Figure figure) {
    figure.where = prose_.passage(tokens_[first].begin, tokens_[std::min(last, tokens_.size() - 1)].end);
    figures_.emplace_back(tokens_[first].begin, std::move(figure));
  }

  [[nodiscard]] bool names_distortion(std::size_t i) const {
    const std::string_view text = words(i);
    if (is(i, Kind::kCjk))
      return holds(text, "歪率") || holds(text, "歪み率") || holds(text, "高調波歪") || holds(text, "ひずみ率");
    if (!is(i, Kind::kWord)) return false;
    const std::string word = lowered(text);
    if (word == "thd" || word == "thd+n" || word == "whd") return true;
    return word == "distortion" && ((i > 0 && lowered(words(i - 1)) == "harmonic") || alone_with_figure(i));
  }

  /// "Distortion exceeds 1% below 100 Hz", "distortion of approximately 0.006%": no other kind of distortion, and the
  /// figure right behind.
  [[nodiscard]] bool alone_with_figure(std::size_t i) const {
    constexpr std::size_t kNear = 7;
    const std::string kind = i > 0 ? lowered(words(i - 1)) : std::string();
    if (i > 0 && is(i - 1, Kind::kNumber) && tokens_[i - 1].unit == "%") return tokens_[i - 1].value <= 20.0;
    if (kind.starts_with("intermod") || kind == "imd" || kind == "phase" || kind == "linear") return false;
    for (std::size_t k = i + 1; k <= i + kNear && !ends_clause(k); ++k) {
      if (is(k, Kind::kComma) || is(k, Kind::kClose) || lowered(words(k)) == "distortion") return false;
      if (is(k, Kind::kNumber) && !tokens_[k].currency.empty()) return false;
      if (is(k, Kind::kNumber) && tokens_[k].unit == "%")
        return tokens_[k].value <= 20.0 && (tokens_[k].decimals > 0 || bound_word(k - 1) || hertz(k + 2));
    }
    return false;
  }

  /// What a word or sign says of the figure behind it.
  [[nodiscard]] std::optional<Bound> bound_word(std::size_t i) const {
    static constexpr auto kMost = std::to_array<std::string_view>(
        {"below", "under", "less", "within", "max", "maximum", "≤", "<", "beneath", "lower", "≦", "sub", "to"});
    static constexpr auto kLeast =
        std::to_array<std::string_view>({"above", "over", "exceeding", "exceeds", "exceed", "beyond", "outside",
                                         "greater", "higher", ">", "≥", "more", "≧"});
    static constexpr auto kAbout = std::to_array<std::string_view>(
        {"approximately", "around", "about", "roughly", "near", "nearly", "≈", "~", "≒", "約"});
    const std::string word = lowered(words(i));
    if (among(word, kMost)) return Bound::kAtMost;
    if (among(word, kLeast)) return Bound::kAtLeast;
    if (among(word, kAbout)) return Bound::kAbout;
    return std::nullopt;
  }

  /// "0.1 % or less", "0.1%以下".
  [[nodiscard]] std::optional<Bound> bound_behind(std::size_t i) const {
    if (lowered(words(i)) == "or") return bound_word(i + 1);
    const std::string_view text = words(i);
    if (!is(i, Kind::kCjk)) return std::nullopt;
    if (text.starts_with("以下") || text.starts_with("未満") || text.starts_with("以内")) return Bound::kAtMost;
    if (text.starts_with("以上") || text.starts_with("超") || text.starts_with("を超")) return Bound::kAtLeast;
    return std::nullopt;
  }

  void read_condition(std::size_t i, Figure& figure) const {
    if (!is(i, Kind::kNumber)) return;
    const bool range = (i > 1 && is(i - 1, Kind::kMinus) && is(i - 2, Kind::kNumber)) ||
                       (is(i + 1, Kind::kMinus) && is(i + 2, Kind::kNumber));
    if (const std::optional<double> f = hertz(i); f && !range && !figure.frequency_hz) figure.frequency_hz = f;
    const std::string name = unit(i);
    if ((name == "db" || name == "dbspl") && tokens_[i].value >= 60.0 && tokens_[i].value <= 140.0 &&
        !figure.level_spl_db)
      figure.level_spl_db = tokens_[i].value;
  }

  void distortion(std::size_t name) {
    std::size_t first = name;  // "4% total harmonic distortion"
    while (first > 0 && name - first < 2 &&
           (lowered(words(first - 1)) == "harmonic" || lowered(words(first - 1)) == "total"))
      --first;
    if (first > 0 && is(first - 1, Kind::kNumber) && tokens_[first - 1].unit == "%" && used_ != first - 1) {
      before(name);
      return;
    }
    Figure figure;
    figure.unit = "%";
    Bound bound = Bound::kEqual;
    bool any = false;
    for (std::size_t i = name + 1, seen = 0; seen < kWindow && !ends_clause(i); ++i, ++seen) {
      if (names_distortion(i)) break;
      if (is(i, Kind::kNumber) && tokens_[i].unit == "%") {
        if (any && !goes_on(i)) break;
        seen = kWindow - 8;  // a further figure stands near
        any = true;
        figure.value = tokens_[i].value;
        take_range(i, figure);
        figure.bound = bound;
        i = finished(name, i, figure);
        figure = Figure{};
        figure.unit = "%";
        bound = Bound::kEqual;
        continue;
      }
      read_condition(i, figure);
      if (const std::optional<Bound> said = bound_word(i)) bound = *said;
    }
    if (!any) before(name);
  }

  /// "0.1-0.2%": the figure at token `i` is the upper end.
  void take_range(std::size_t i, Figure& figure) const {
    if (i < 2 || !is(i - 1, Kind::kMinus) || !is(i - 2, Kind::kNumber) || !tokens_[i - 2].currency.empty()) return;
    const bool same = tokens_[i - 2].unit.empty() || tokens_[i - 2].unit == tokens_[i].unit;
    if (!same || !(tokens_[i - 2].value < figure.value)) return;
    figure.high = figure.value;
    figure.value = tokens_[i - 2].value;
  }

  /// "THD <0.1% mid/high, <0.5% bass", "0.04% @94 dB / 0.19% @104 dB": a further figure of the same list.
  [[nodiscard]] bool goes_on(std::size_t i) const {
    if (i > 0 &&
        (bound_word(i - 1) || is(i - 1, Kind::kDivide) || is(i - 1, Kind::kComma) || is(i - 1, Kind::kRelation)))
      return true;
    const std::string next = lowered(words(i + 1));
    return next == "@" || next == "at" || next == "(";
  }

  /// Words behind which another quantity is spoken of.
  [[nodiscard]] bool ends_condition(std::size_t i) const {
    static constexpr auto kEnds = std::to_array<std::string_view>(
        {"response", "sensitivity", "impedance", "snr", "dynamic", "while", "versus", "vs", "which"});
    const bool level_next = is(i + 1, Kind::kNumber) && unit(i + 1).starts_with("db") && tokens_[i + 1].value >= 60.0;
    return (is(i, Kind::kComma) && !level_next) || (is(i, Kind::kWord) && among(lowered(words(i)), kEnds));
  }

  /// "0.05% THD", "0.1 % total harmonic distortion".
  void before(std::size_t name) {
    for (std::size_t i = name; i > 0 && name - i < 4; --i) {
      if (is(i - 1, Kind::kNumber) && tokens_[i - 1].unit == "%") {
        if (used_ == i - 1) return;
        Figure figure;
        figure.unit = "%";
        figure.value = tokens_[i - 1].value;
        const std::size_t said = i > 2 && lowered(words(i - 2)) == "than" ? i - 3 : i - 2;
        if (i > 1) figure.bound = bound_word(said).value_or(Bound::kEqual);
        for (std::size_t k = name + 1; k < name + 7 && !ends_clause(k) && !ends_condition(k); ++k)
          read_condition(k, figure);
        keep(i - 1, name, figure);
        return;
      }
      if (is(i - 1, Kind::kStop) || is(i - 1, Kind::kComma) || is(i - 1, Kind::kClose)) return;
    }
  }

  /// Reads what stands behind the figure at token `i` and keeps it; the last token that was read.
  std::size_t finished(std::size_t name, std::size_t i, Figure figure) {
    if (const std::optional<Bound> said = bound_behind(i + 1)) figure.bound = *said;
    std::size_t last = i;
    for (std::size_t k = i + 1; k < i + kBehind && !ends_clause(k); ++k) {
      if (is(k, Kind::kNumber) && tokens_[k].unit == "%") break;
      if (names_distortion(k) || ends_condition(k)) break;
      const bool knew = figure.frequency_hz.has_value() && figure.level_spl_db.has_value();
      const bool before = figure.frequency_hz.has_value() || figure.level_spl_db.has_value();
      read_condition(k, figure);
      if (!knew && (figure.frequency_hz.has_value() || figure.level_spl_db.has_value()) &&
          (!before || figure.level_spl_db.has_value()))
        last = std::max(last, is(k, Kind::kNumber) ? k : last);
    }
    used_ = i;
    keep(name, last, figure);
    return last;
  }

  [[nodiscard]] bool is_plus_minus(std::size_t i) const {
    if (words(i) == "±") return true;
    return is(i, Kind::kPlus) && ((is(i + 1, Kind::kDivide) && is(i + 2, Kind::kMinus)) ||
                                  (is(i + 1, Kind::kMinus) && tokens_[i + 1].begin == tokens_[i].end));
  }

  [[nodiscard]] std::string clause_around(std::size_t i) const {
    std::size_t first = i;
    std::size_t last = i;
    while (first > 0 && i - first < 24 && !ends_clause(first - 1)) --first;
    while (last + 1 < tokens_.size() && last - i < 16 && !ends_clause(last + 1)) ++last;
    return lowered(prose_.words(tokens_[first].begin, tokens_[last].end));
  }

  void deviation(std::size_t sign) {
    std::size_t number = words(sign) == "±" ? sign + 1 : is(sign + 1, Kind::kDivide) ? sign + 3 : sign + 2;
    std::size_t end = 0;
    const bool range = is(number, Kind::kNumber) && tokens_[number].unit.empty() && is(number + 1, Kind::kMinus) &&
                       is(number + 2, Kind::kNumber);  // "±2-3 dB"
    if (range) number += 2;
    if (!is(number, Kind::kNumber) || unit(number, end) != "db") return;
    if (sign > 0 && is(sign - 1, Kind::kNumber) && tokens_[sign - 1].unit.empty()) return;  // "94 ±3 dB": a tolerance
    if (sign > 0 && is(sign - 1, Kind::kNumber) && unit(sign - 1) == "db") return;
    if (sign > 1 && lowered(words(sign - 1)) == "db" && is(sign - 2, Kind::kNumber)) return;
    const std::string clause = clause_around(sign);
    static constexpr auto kAbout =
        std::to_array<std::string_view>({"response", "deviation", "target", "hz", "flat", "linear", "compliance",
                                         "frequency", "周波数", "特性", "偏差", "ターゲット", "neutral", "fr "});
    static constexpr auto kNot =
        std::to_array<std::string_view>({"equalizer", " eq ", "parametric", "adjustable", "gain", "チャンネル",
                                         "channel balance", "channel match", "イコライザ"});
    const auto in_clause = [&](std::string_view part) { return holds(clause, part); };
    if (std::none_of(kAbout.begin(), kAbout.end(), in_clause) || std::any_of(kNot.begin(), kNot.end(), in_clause))
      return;
    Figure figure;
    figure.kind = Figure::Kind::kResponse;
    figure.unit = "dB";
    figure.value = tokens_[number].value;
    if (range) take_range(number, figure);
    for (std::size_t i = sign, seen = 0; i > 0 && seen < 5 && !ends_clause(i - 1) && !is(i - 1, Kind::kNumber);
         --i, ++seen) {
      if (const std::optional<Bound> said = bound_word(i - 1); said && lowered(words(i - 1)) != "to") {
        figure.bound = *said;
        break;
      }
    }
    if (const std::optional<Bound> said = bound_behind(end)) figure.bound = *said;
    figure.band = band_around(sign, end);
    keep(sign, end - 1, figure);
  }

  /// "20 Hz-20 kHz", "100Hz to 10kHz", "20-20,000 Hz" near the figure.
  [[nodiscard]] std::optional<Band> band_around(std::size_t sign, std::size_t end) const {
    for (std::size_t k = 0; k < kBehind; ++k) {
      if (end + k >= tokens_.size() || ends_clause(end + k) || is_plus_minus(end + k)) break;
      if (const std::optional<Band> band = band_at(end + k)) return band;
    }
    for (std::size_t k = 1; k <= kBehind && k <= sign; ++k) {
      if (ends_clause(sign - k) || is_plus_minus(sign - k)) break;
      if (const std::optional<Band> band = band_at(sign - k)) return band;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Band> band_at(std::size_t i) const {
    if (!is(i, Kind::kNumber)) return std::nullopt;
    std::size_t next = 0;
    const std::string name = unit(i, next);
    if (!tokens_[i].unit.empty() && name != "hz" && name != "khz") return std::nullopt;
    if (tokens_[i].unit.empty() && name != "hz" && name != "khz") next = i + 1;
    const std::string_view between = words(next);
    if (!is(next, Kind::kMinus) && between != "to" && between != "~" && between != "から" && between != "〜" &&
        between != "～")
      return std::nullopt;
    const std::optional<double> stop = hertz(next + 1);
    if (!stop) return std::nullopt;
    double start = tokens_[i].value;
    if (name == "khz" || (name != "hz" && unit(next + 1) == "khz" && start < tokens_[next + 1].value && start < 20.0))
      start *= 1000.0;
    if (!(start > 0.0) || !(start < *stop)) return std::nullopt;
    return Band{start, *stop};
  }

  bool sensitivity(std::size_t i) {
    std::size_t end = 0;
    if (unit(i, end) != "db") return false;
    std::size_t at = end;
    if (lowered(words(at)) == "spl") ++at;
    const std::string_view mark = words(at);
    const bool of_one = (mark == "@" || mark == "per" || mark == "at" || mark == "(") && is(at + 1, Kind::kNumber) &&
                        tokens_[at + 1].value == 1.0;  // "80.6 dB SPL per 1 mW", "109 dB (1 Vrms)"
    if (!is(at, Kind::kDivide) && !of_one) return false;
    std::string per;
    std::size_t last = at + 1;
    if (is(at + 1, Kind::kWord)) per = lowered(words(at + 1));
    if (is(at + 1, Kind::kNumber)) per = unit(at + 1, last), --last;
    Figure figure;
    figure.kind = Figure::Kind::kSensitivity;
    if (per == "mw" || per == "milliwatt")
      figure.unit = "dB/mW";
    else if (per == "v" || per == "vrms" || per == "volt")
      figure.unit = "dB/V";
    else
      return false;
    figure.value = tokens_[i].value;
    std::size_t first = i;
    const bool range = i > 1 && is(i - 2, Kind::kNumber);
    if (i > 0 && is(i - 1, Kind::kMinus) && !range) return false;  // a microphone's "-44.5 dB (1 V/Pa)"
    if (i > 2 && words(i - 1) == "±" && lowered(words(i - 2)) == "db" &&
        is(i - 3, Kind::kNumber)) {  // "94 dB ±3 dB @ 1 mW"
      first = i - 3;
      figure.value = tokens_[first].value;
    } else if (i > 1 && words(i - 1) == "±" && is(i - 2, Kind::kNumber)) {  // "105±3 dB/mW"
      first = i - 2;
      figure.value = tokens_[first].value;
    } else if (i > 1 && is(i - 1, Kind::kMinus) && is(i - 2, Kind::kNumber) && tokens_[i - 2].unit.empty()) {
      figure.high = figure.value;
      figure.value = tokens_[i - 2].value;
      first = i - 2;
    }
    keep(first, last, figure);
    return true;
  }

  bool impedance(std::size_t i) {
    std::size_t end = 0;
    const std::string name = unit(i, end);
    const bool kilo = name == "kω" || name == "kΩ" || name == "kohm";
    const bool katakana = tokens_[i].unit.empty() && is(i + 1, Kind::kCjk) && words(i + 1).starts_with("オーム");
    if (name != "Ω" && name != "ω" && name != "Ω" && name != "ohm" && name != "ohms" && !kilo && !katakana)
      return false;
    Figure figure;
    figure.kind = Figure::Kind::kImpedance;
    figure.unit = "ohm";
    figure.value = tokens_[i].value * (kilo ? 1000.0 : 1.0);
    std::size_t first = i;
    if (i > 1 && (is(i - 1, Kind::kMinus) || words(i - 1) == "~" || words(i - 1) == "to") && is(i - 2, Kind::kNumber) &&
        tokens_[i - 2].unit.empty() && tokens_[i - 2].value < tokens_[i].value) {
      figure.high = figure.value;
      figure.value = tokens_[i - 2].value;
      first = i - 2;
    }
    keep(first, end - 1, figure);
    return true;
  }

  [[nodiscard]] static int context_of(const std::string& word) {
    if (word.starts_with("isolat") || word.starts_with("attenuat") || word == "anc" || word.starts_with("cancel") ||
        word == "reduction" || holds(word, "遮音") || holds(word, "ノイズキャンセ") || holds(word, "ノイズ低減"))
      return 1;
    static constexpr auto kOthers = std::to_array<std::string_view>(
        {"sensitivity", "snr", "sinad", "thd", "spl", "signal-to-noise", "s/n", "deviation", "peak", "boost", "bass",
         "treble", "dip", "response", "std", "dynamic", "crosstalk", "rolloff", "gain"});
    return among(word, kOthers) || holds(word, "感度") || holds(word, "周波数") ? 2 : 0;
  }

  /// "30+ dB"
  [[nodiscard]] bool plus_behind(std::size_t i) const {
    return tokens_[i].unit.empty() && is(i + 1, Kind::kPlus) && tokens_[i + 1].begin == tokens_[i].end &&
           lowered(words(i + 2)) == "db";
  }

  /// "attenuation 21.7 dB; bass 11.8 dB, treble 31.4 dB"
  static bool is_band(const std::string& word) { return word == "bass" || word == "treble"; }

  /// True for a second figure of one clause, unless it is a level of the site's criteria ("excellent (30 dB)").
  [[nodiscard]] bool goes_on_from_isolation(std::size_t i, std::size_t end) const {
    static constexpr auto kCriteria = std::to_array<std::string_view>(
        {"problematic", "excellent", "transparent", "threshold", "criteria", "standard", "level", "levels", "ideal"});
    if (last_isolation_ == 0 || i >= last_isolation_ + 14) return false;
    for (std::size_t k = last_isolation_ + 1; k < i; ++k) {
      const std::string word = lowered(words(k));
      if (ends_clause(k) || (is(k, Kind::kWord) && context_of(word) == 2 && !is_band(word))) return false;
    }
    for (std::size_t k = i - 4; k < end + 3; ++k) {
      if (among(lowered(words(k)), kCriteria)) return false;
    }
    return true;
  }

  void isolation(std::size_t i) {
    std::size_t end = 0;
    const bool plus = plus_behind(i);
    const std::string name = unit(i, end);
    if (plus) end = i + 3;
    if ((name != "db" && !plus) || lowered(words(end)) == "spl" || (i > 0 && is_plus_minus(i - 1)) ||
        is(end, Kind::kDivide))
      return;
    if (i > 0 && words(i - 1) == "@") return;
    std::size_t best = 99;
    std::string best_word;
    int context = 0;
    const auto look = [&](std::size_t at, std::size_t distance) {
      const int here = is(at, Kind::kWord) || is(at, Kind::kCjk) ? context_of(lowered(words(at))) : 0;
      if (here == 0 || distance >= best) return;
      best = distance;
      best_word = lowered(words(at));
      context = here;
    };
    for (std::size_t k = 1; k <= 8 && k <= i && !ends_clause(i - k); ++k) look(i - k, k + 1);
    std::size_t reach = 8;
    for (std::size_t k = 0; k < reach && !ends_clause(end + k); ++k) {
      if (is(end + k, Kind::kComma)) break;
      if (is(end + k, Kind::kClose)) reach = std::min(reach, k + 3);  // "(−18 dB) with essentially no isolation"
      look(end + k, k);
    }
    // "passive isolation of 30 dB compared to its own 20 dB": nothing else was named since the last one.
    if ((context == 0 || (context == 2 && is_band(best_word))) && goes_on_from_isolation(i, end)) context = 1;
    if (context != 1 || tokens_[i].value > 70.0 || tokens_[i].value < 3.0) return;
    last_isolation_ = i;
    Figure figure;
    figure.kind = Figure::Kind::kIsolation;
    figure.unit = "dB";
    figure.value = tokens_[i].value;
    std::size_t first = i;
    if (i > 1 && is(i - 1, Kind::kMinus) && is(i - 2, Kind::kNumber) &&
        (tokens_[i - 2].unit.empty() || unit(i - 2) == "db") && tokens_[i - 2].value < tokens_[i].value) {
      figure.high = figure.value;
      figure.value = tokens_[i - 2].value;
      first = i - 2;
    }
    if (first > 0) figure.bound = bound_word(first - 1).value_or(plus ? Bound::kAtLeast : Bound::kEqual);
    keep(first, end - 1, figure);
  }

  const Prose& prose_;
  const std::vector<ProseToken>& tokens_;
  std::vector<std::pair<std::size_t, Figure>> figures_;
  std::size_t used_ = static_cast<std::size_t>(-1);
  std::size_t last_isolation_ = 0;  // token of the last figure of isolation
};

}  // namespace

std::vector<Figure> page_figures(const Prose& prose) { return Scan(prose).figures(); }

}  // namespace headscore
