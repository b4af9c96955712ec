// Outcomes made by hand, for every report: the model case, and what is likely to break a report. No figure in them was
// measured.
#pragma once

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "headscore/outcome.hpp"

namespace headscore::samples {

/// A bump on the log-frequency axis: `height_db` at `centre_hz`, width as standard deviation in octaves.
inline Eigen::ArrayXd bump(const Eigen::ArrayXd& frequency_hz, double centre_hz, double height_db,
                           double width_octaves) {
  const Eigen::ArrayXd distance = (frequency_hz / centre_hz).log() / std::log(2.0) / width_octaves;
  return height_db * (-0.5 * distance.square()).exp();
}

/// A V-shaped over-ear headphone against an over-ear-like target.
inline DisplayCurves v_shaped_curves(double points_per_octave = 12.0) {
  const LogGrid grid = LogGrid::per_octave(points_per_octave);
  const Eigen::ArrayXd& f = grid.frequency_hz();
  const Eigen::ArrayXd shelf = 5.5 / (1.0 + (f / 105.0).square());
  const Eigen::ArrayXd target =
      shelf + bump(f, 3000.0, 10.5, 0.75) + bump(f, 5600.0, 3.0, 0.5) - bump(f, 20000.0, 9.0, 0.9);
  const Eigen::ArrayXd shape = bump(f, 85.0, 6.5, 0.8) - bump(f, 600.0, 1.6, 0.9) - bump(f, 3300.0, 5.2, 0.28) +
                               bump(f, 8600.0, 8.4, 0.18) - bump(f, 14500.0, 6.0, 0.22) + bump(f, 5300.0, 2.9, 0.15) -
                               bump(f, 25.0, 1.5, 0.6);
  const Eigen::ArrayXd apart = bump(f, 60.0, 0.5, 0.6) + bump(f, 8200.0, 1.8, 0.15) - bump(f, 11500.0, 1.5, 0.2);
  const Curve response(f, target + shape);
  const Curve wanted(f, target);
  return {Curve(f, target + shape + apart), Curve(f, target + shape - apart), response, wanted,
          difference(response, wanted)};
}

inline CurveAnalysis v_shaped_analysis() {
  CurveAnalysis analysis;
  const double centres[] = {31.5, 63.0, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0};
  const char* names[] = {"31.5 Hz", "63 Hz", "125 Hz", "250 Hz", "500 Hz",
                         "1 kHz",   "2 kHz", "4 kHz",  "8 kHz",  "16 kHz"};
  const double means[] = {2.6, 5.9, 5.4, 1.5, -1.2, -1.3, -0.9, -2.1, 4.2, -1.9};
  for (std::size_t i = 0; i < 10; ++i) {
    const Band band{centres[i] / std::sqrt(2.0), centres[i] * std::sqrt(2.0)};
    analysis.octaves.push_back({names[i], band, means[i], std::abs(means[i]) + 0.5, means[i] * 1.5});
  }
  analysis.bass = {"bass", {20.0, 200.0}, 4.3, 4.8, 6.5};
  analysis.mid = {"mid", {200.0, 2000.0}, -0.7, 1.2, 1.9};
  analysis.treble = {"treble", {2000.0, 20000.0}, 0.6, 3.9, 8.4};
  analysis.tilt_db_per_octave = -0.62;
  analysis.extrema = {
      {true, 8612.0, 8.2, 9.6, 5.6},          {false, 3281.0, -5.1, 7.4, 3.6}, {true, 84.6, 6.4, 6.9, 0.7},
      {false, 14480.0, -5.8, 6.1, 4.4},       {true, 5290.0, 2.1, 3.3, 6.9},   {false, 604.0, -1.6, 2.4, 0.6},
      {true, 19400.0, 1.1, 2.1, std::nullopt}};
  analysis.signature = {"V-shaped", 5.0, -0.7, 2.9, "bass +5.0 dB and treble +2.9 dB over the mids"};
  return analysis;
}

inline Settings settings() {
  return {"harman-oe-2018", "gras-45ca",   "unknown",          "none",        "over-ear",
          "option",         "1/48 octave", "mean 200-2000 Hz", "1/12 octave", "audioreview-2026 version 1"};
}

inline Score preference_score() {
  Score::Fields fields;
  fields.model = "harman-oe-2018";
  fields.version = "1";
  fields.terms = {{"intercept", 114.49, std::nullopt, "", std::nullopt, ""},
                  {"deviation", -45.432, 3.6, "dB", -12.62, "standard deviation of the error, 50 Hz to 10 kHz"},
                  {"slope", -8.8464, 0.57, "dB/ln Hz", -15.52, ""}};
  fields.interval = Interval{56.9, 63.4, 0.90, "reseat spread of other products: one seat a channel only"};
  fields.residual_sd = 6.7;
  fields.reasons = {
      {"rig-unknown",
       "the rig is not known; the model was trained on a GRAS 45CA, other rigs differ by several points"}};
  return Score(fields);
}

inline Score validity_score() {
  Score::Fields fields;
  fields.model = "scientific-validity";
  fields.version = "audioreview-2026 1";
  fields.terms = {{"response_deviation", 0.4172, 3.12, "dB", std::nullopt, "weight 0.86, score 0.485"},
                  {"channel_balance", 0.0698, 1.42, "", std::nullopt,
                   "weight 0.14, score 0.498; ratio to the limit of ITU-R BS.708"}};
  fields.published = 0.5;
  fields.interval = Interval{0.45, 0.53, 0.90, "reseat spread of other products: one seat a channel only"};
  fields.reasons = {{"metrics-missing", "not measured: thd, isolation; the weights are shared out over what was"}};
  return Score(fields);
}

inline Score cost_score() {
  Score::Fields fields;
  fields.model = "cost-performance";
  fields.version = "1";
  fields.terms = {{"price ratio", 133.0 / 246.0, 133.0 / 246.0, "", std::nullopt, "133 USD / 246 USD = 0.54"}};
  fields.published = 0.5;
  fields.reasons = {
      {"comparator-named", "AKG K371 was named as equivalent or better; this was not checked against measurements"}};
  return Score(fields);
}

inline Score overall_score() {
  Score::Fields fields;
  fields.model = "overall";
  fields.version = "1";
  fields.terms = {{"scientific-validity", 0.5, std::nullopt, "", std::nullopt, "computed"},
                  {"technology", 0.7, std::nullopt, "", std::nullopt, "given"},
                  {"cost-performance", 0.5, std::nullopt, "", std::nullopt, "computed"},
                  {"reliability", 0.6, std::nullopt, "", std::nullopt, "given"},
                  {"rationality", 0.6, std::nullopt, "", std::nullopt, "given"}};
  fields.published = 2.9;
  return Score(fields);
}

inline FileRecord file(const std::string& path, Channel channel, std::optional<int> seat = std::nullopt) {
  FileRecord record;
  record.path = path;
  record.sha256 = std::string(64, channel == Channel::kLeft ? 'a' : 'b');
  record.channel = channel;
  record.seat = seat;
  record.points = 54600;
  record.dialect = "rew";
  return record;
}

/// Two channels, one seat each, everything scored: the main job's case in shape.
inline Outcome model_case(double points_per_octave = 12.0) {
  Outcome outcome;
  outcome.product = "Sony MDR-1AM2";
  outcome.files = {file("measurements/MDR-1AM2 L.txt", Channel::kLeft),
                   file("measurements/MDR-1AM2 R.txt", Channel::kRight)};
  outcome.files[0].warnings = {{"smoothing-unknown", 0, "the header does not say how the data were smoothed"}};
  outcome.files[1].warnings = {{"smoothing-unknown", 0, "the header does not say how the data were smoothed"},
                               {"trailing-text", 54615, "2 lines after the data are no rows and were left out"}};
  outcome.settings = settings();
  outcome.reasons = {{"rig-unknown", "no option, sidecar or header names the rig"}};
  outcome.preference = {preference_score()};
  outcome.scientific_validity = validity_score();
  outcome.cost_performance = cost_score();
  outcome.overall = overall_score();
  outcome.analysis = v_shaped_analysis();
  outcome.channels = ChannelDifference{0.21, 0.64, 1.42, 8230.0, 1.42, {100.0, 16000.0}};
  outcome.curves = v_shaped_curves(points_per_octave);
  return outcome;
}

/// All that an Outcome can hold: several models, one that refused, reseats, a refused file.
inline Outcome everything() {
  Outcome outcome = model_case();
  outcome.product = "Example Reference One";
  outcome.rig_verdict = RigVerdict::kOffTraining;
  outcome.files.clear();
  for (int seat = 1; seat <= 9; ++seat) {
    outcome.files.push_back(file("seats/One L" + std::to_string(seat) + ".txt", Channel::kLeft, seat));
    outcome.files.push_back(file("seats/One R" + std::to_string(seat) + ".txt", Channel::kRight, seat));
    outcome.files.back().warnings = {
        {"sentinel-row-dropped", 690, "the last row, exactly 0 dB at 20.1 kHz, is no measurement"}};
  }
  outcome.files[3].error = Failure{"one-row", "seats/One R2.txt: found 1 row, wanted at least 2"};
  outcome.files[4].channel = Channel::kUnknown;
  outcome.files[4].sha256 = std::nullopt;
  Score::Fields other = preference_score().fields();
  other.model = "autoeq-oe";
  other.interval = std::nullopt;
  other.published = 58.9;
  outcome.preference.emplace_back(other);
  outcome.preference_failures = {
      {"band-not-covered", "harman-ie-listen: found 50 Hz to 10 kHz, wanted 20 Hz to 10 kHz"}};
  const std::vector<std::pair<Band, double>> spread = {
      {{20.0, 60.0}, 0.45},     {{60.0, 200.0}, 0.33},    {{200.0, 1000.0}, 0.17},   {{1000.0, 3000.0}, 0.31},
      {{3000.0, 6000.0}, 0.48}, {{6000.0, 10000.0}, 1.3}, {{10000.0, 16000.0}, 1.89}};
  outcome.reseats = {{9, spread}, {8, spread}};
  return outcome;
}

inline Outcome failed() {
  Outcome outcome;
  outcome.product = "Broken";
  FileRecord record = file("in/Broken.txt", Channel::kUnknown);
  record.points = 0;
  record.dialect.clear();
  record.error = Failure{"html", "in/Broken.txt:1: found an HTML page, wanted a measurement"};
  outcome.files = {record};
  outcome.rig_verdict = RigVerdict::kRefused;
  outcome.error = Failure{"nothing-to-score", "none of its 1 files could be read"};
  return outcome;
}

/// Scores without any curve or analysis, and without the three scores that are given.
inline Outcome without_analysis() {
  Outcome outcome = model_case();
  outcome.product = "Numbers only";
  outcome.analysis.reset();
  outcome.channels.reset();
  outcome.curves.reset();
  outcome.overall.reset();
  outcome.cost_performance.reset();
  return outcome;
}

inline Outcome with_unnatural_numbers() {
  Outcome outcome = model_case();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  outcome.product = "Not a number";
  outcome.analysis->tilt_db_per_octave = nan;
  outcome.analysis->extrema[0].frequency_hz = infinity;
  outcome.analysis->extrema[1].level_db = -1e300;
  outcome.channels->bs708_ratio = infinity;
  Score::Fields fields = preference_score().fields();
  fields.terms[1].quantity = nan;
  fields.terms[2].value = 1e17;
  fields.residual_sd = infinity;
  outcome.preference = {Score(fields)};
  Eigen::ArrayXd frequency_hz(3);
  frequency_hz << 1e-6, 1000.0, 1e9;
  Eigen::ArrayXd magnitude_db(3);
  magnitude_db << -1e300, 0.0, 1e300;
  const Curve extreme(frequency_hz, magnitude_db);
  outcome.curves = DisplayCurves{std::nullopt, extreme, extreme, extreme, extreme};
  return outcome;
}

/// Every text of an outcome replaced.
inline Outcome named(const std::string& text) {
  Outcome outcome = everything();
  outcome.product = text;
  for (FileRecord& record : outcome.files) {
    record.path = text;
    record.dialect = text;
    record.warnings = {{text, 1, text}};
    if (record.error) record.error = Failure{text, text};
  }
  outcome.settings = {text, text, text, text, text, text, text, text, text, text};
  outcome.reasons = {{text, text}};
  outcome.preference_failures = {{text, text}};
  outcome.analysis->signature.name = text;
  outcome.analysis->signature.because = text;
  for (BandError& octave : outcome.analysis->octaves) octave.name = text;
  const auto renamed = [&text](const Score& score) {
    Score::Fields fields = score.fields();
    fields.model = text;
    fields.version = text;
    for (Term& term : fields.terms) term.name = term.unit = term.note = text;
    if (fields.interval) fields.interval->basis = text;
    fields.reasons = {{text, text}};
    return Score(fields);
  };
  for (Score& score : outcome.preference) score = renamed(score);
  outcome.scientific_validity = renamed(*outcome.scientific_validity);
  outcome.cost_performance = renamed(*outcome.cost_performance);
  outcome.overall = renamed(*outcome.overall);
  return outcome;
}

inline Outcome failed_as(const std::string& text) {
  Outcome outcome = failed();
  outcome.product = text;
  outcome.error = Failure{text, text};
  outcome.files[0].path = text;
  return outcome;
}

/// Texts that hostile or careless file names have held.
inline std::map<std::string, std::string> hostile_texts() {
  return {{"Newlines", "a\nb\r\nc\u2028d"},
          {"TerminalCodes",
           "\x1b[31mred\x1b]0;title\x07 \xc2\x9b"
           "2J"},
          {"Quotes", "\"quoted\", 'single', back\\slash; `tick`"},
          {"Script", "<script>alert('&amp;')</script> ]]> <!-- -->"},
          {"InvalidUtf8", "caf\xe9 \xff\xfe \xc0\xaf \xed\xa0\x80 \xf0\x9f"},
          {"Long", std::string(300, 'x')},
          {"LongWide",
           [] {
             std::string text;
             for (int i = 0; i < 150; ++i) text += "\u97f3";
             return text;
           }()},
          {"Formula", "=HYPERLINK(\"http://example.org\")"},
          {"At", "@SUM(1)"},
          {"Markup", "*a* _b_ [c](d) | e | {{ f }} {% g %} $h$ $$ # ~~i~~ --- ..."},
          {"Directions", "\u202etxt.L\u202c\ufeff\u2066"},
          {"Nul", std::string("a\0b", 3)},
          {"Noncharacter", "\xef\xbf\xbe\xef\xbf\xbf"},
          {"Empty", ""}};
}

/// Named lists of outcomes that every report must bear.
inline std::map<std::string, std::vector<Outcome>> all() {
  std::map<std::string, std::vector<Outcome>> lists;
  lists["NoProducts"] = {};
  lists["ModelCase"] = {model_case()};
  lists["Everything"] = {everything()};
  lists["Failed"] = {failed()};
  lists["WithoutAnalysis"] = {without_analysis()};
  lists["UnnaturalNumbers"] = {with_unnatural_numbers()};
  lists["Nothing"] = {Outcome{}};
  lists["Several"] = {model_case(), failed(), everything(), without_analysis(), Outcome{}};
  for (const auto& [name, text] : hostile_texts()) {
    lists["Hostile" + name] = {named(text)};
    lists["HostileFailed" + name] = {failed_as(text), named(text)};
  }
  return lists;
}

}  // namespace headscore::samples
