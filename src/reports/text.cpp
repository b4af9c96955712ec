// For a terminal: one block a product, then a summary of all of them.
#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "headscore/report.hpp"
#include "io/text_format.hpp"

namespace headscore::reports {
namespace {

constexpr int kLeastWidth = 60;
constexpr int kMostWidth = 100;  // longer lines are hard to read
constexpr int kNumberColumns = 40;
constexpr std::size_t kMostFiles = 16;
constexpr std::size_t kMostExtrema = 6;
constexpr std::size_t kMostExamples = 3;

enum class Style { kPlain, kStrong, kFaint, kGood, kDoubt, kBad };

/// Lines of limited width. Colour is put around whole lines, so that it never counts as width.
class Page {
 public:
  Page(std::ostream& out, const ReportOptions& options)
      : out_(out), colour_(options.colour), width_(std::clamp(options.width, kLeastWidth, kMostWidth)) {}

  [[nodiscard]] int width() const { return width_; }
  void gap() { out_ << '\n'; }

  void line(std::string text, Style style = Style::kPlain) {
    text.erase(text.find_last_not_of(' ') + 1);
    const std::string_view code = escape(style);
    if (code.empty()) {
      out_ << text << '\n';
    } else {
      out_ << code << text << "\x1b[0m\n";
    }
  }

  /// `head` in its column, `text` wrapped behind it.
  void entry(const std::string& head, const std::string& text, int column, Style style = Style::kPlain) {
    std::string before = padded(head, column);
    if (display_width(before) > column) {
      line(head, style);
      before = std::string(static_cast<std::size_t>(column), ' ');
    }
    for (const std::string& part : wrapped(text, width_ - column)) {
      line(before + part, style);
      before = std::string(static_cast<std::size_t>(column), ' ');
    }
  }

 private:
  [[nodiscard]] std::string_view escape(Style style) const {
    if (!colour_) return {};
    switch (style) {
      case Style::kStrong:
        return "\x1b[1m";
      case Style::kFaint:
        return "\x1b[2m";
      case Style::kGood:
        return "\x1b[32m";
      case Style::kDoubt:
        return "\x1b[33m";
      case Style::kBad:
        return "\x1b[31m";
      case Style::kPlain:
        break;
    }
    return {};
  }

  std::ostream& out_;
  bool colour_;
  int width_;
};

constexpr int kMargin = 12;  // column of what stands behind "Settings", "Read", ...

std::string name_of(const Outcome& outcome) {
  const std::string name = printable(outcome.product);
  return name.empty() ? "(no name)" : name;
}

std::string coded(const std::string& message, const std::string& code) {
  return printable(code.empty() ? message : message + " [" + code + "]");
}

// --- what was read -----------------------------------------------------------------------------------------------

void write_files(Page& page, const Outcome& outcome) {
  std::size_t shown = 0;
  for (const FileRecord& file : outcome.files) {
    if (shown++ == kMostFiles) break;
    const std::string seat = file.seat ? fmt::format("seat {}", *file.seat) : "";
    const std::string channel = file.channel == Channel::kUnknown ? "-" : std::string(to_string(file.channel));
    const std::string tail = file.error ? "refused" : counted(file.points, "point");
    const int room = page.width() - kMargin - 26;
    const std::string name = padded(shortened(printable(file_name(file.path)), room), room);
    const std::string about = fmt::format(" {} {} {}", padded(channel, 1), padded(seat, 8), right_aligned(tail, 14));
    page.line(padded("", kMargin) + name + about, file.error ? Style::kBad : Style::kPlain);
    if (file.error) page.entry("", coded(file.error->message, file.error->code), kMargin + 2, Style::kBad);
  }
  if (outcome.files.size() > kMostFiles) {
    page.line(padded("", kMargin) + fmt::format("and {} more file{}", outcome.files.size() - kMostFiles,
                                                outcome.files.size() == kMostFiles + 1 ? "" : "s"));
  }
}

void write_read(Page& page, const Outcome& outcome) {
  std::map<Channel, std::size_t> seats;
  for (const FileRecord& file : outcome.files) {
    const bool again = std::any_of(file.warnings.begin(), file.warnings.end(),
                                   [](const Warning& warning) { return warning.code == "written-twice"; });
    if (!file.error && file.has_response && !again) ++seats[file.channel];
  }
  std::vector<std::string> parts{counted(outcome.files.size(), "file")};
  for (const auto& [channel, count] : seats) {
    parts.push_back((channel == Channel::kUnknown ? "channel unknown" : std::string(to_string(channel))) + ": " +
                    counted(count, "seat"));
  }
  page.entry("Read", joined(parts, ", "), kMargin);
  write_files(page, outcome);
}

std::string known(const std::string& value) { return value.empty() ? "unknown" : printable(value); }

std::string from(const std::string& source) {
  return source.empty() || source == "none" ? "" : " (from " + printable(source) + ")";
}

void write_settings(Page& page, const Outcome& outcome) {
  const Settings& settings = outcome.settings;
  const std::string made_for = settings.target_rig.empty() ? "" : " (made for " + printable(settings.target_rig) + ")";
  std::vector<std::string> parts{"target " + known(settings.target) + made_for,
                                 "rig " + known(settings.rig) + from(settings.rig_source),
                                 "form " + known(settings.form) + from(settings.form_source)};
  const auto add = [&parts](const char* name, const std::string& value) {
    if (!value.empty()) parts.push_back(name + printable(value));
  };
  add("grid ", settings.grid);
  add("alignment ", settings.alignment);
  add("smoothing of curves ", settings.smoothing);
  add("policy ", settings.policy);
  page.entry("Settings", joined(parts, "; "), kMargin);
  if (outcome.rig_verdict == RigVerdict::kOffTraining) {
    const bool known_rig = outcome.settings.rig != "unknown" && !outcome.settings.rig.empty();
    page.entry("Rig",
               known_rig ? "scored, but outside the model's training: see the reasons"
                         : "scored, but whether on the rig of the model's training is not known",
               kMargin, Style::kDoubt);
  }
  if (outcome.rig_verdict == RigVerdict::kRefused) page.entry("Rig", "refused", kMargin, Style::kBad);
}

void write_reasons(Page& page, const std::vector<Reason>& reasons, const std::string& bullet) {
  for (const Reason& reason : reasons) page.entry(bullet, coded(reason.message, reason.code), display_width(bullet));
}

// --- scores ------------------------------------------------------------------------------------------------------

std::string score_row(const Page& page, const std::string& label, const std::vector<std::string>& cells) {
  static constexpr int kWidths[] = {8, 10, 13, 9};
  std::string row = padded(label, page.width() - kNumberColumns);
  for (std::size_t i = 0; i < cells.size(); ++i) row += right_aligned(shortened(cells[i], kWidths[i]), kWidths[i]);
  return row;
}

void write_terms(Page& page, const Score& score) {
  constexpr int kName = 25;  // margin included
  constexpr int kValue = 8;
  for (const Term& term : score.fields().terms) {
    const std::vector<std::string> label = wrapped(spoken(term.name), kName - 5);
    for (std::size_t i = 0; i + 1 < label.size(); ++i) page.line("    " + label[i], Style::kFaint);
    const std::string head = padded("    " + label.back(), kName) + right_aligned(with_sign(term.value, 2), kValue);
    page.entry(head + "  ", term_basis(term, "x"), kName + kValue + 2, Style::kFaint);
  }
}

struct Row {
  std::string label;
  std::string id;  // a model of this name goes without saying
  int decimals;
};

/// With one more digit where the rounded figure would seem to be published wrongly: 0.847 -> 0.8, not 0.85 -> 0.8.
std::string value_text(const Score& score, int decimals) {
  std::string text = fixed(score.value(), decimals);
  const bool may_mislead = decimals == 2 && score.fields().published && text.back() == '5';
  return may_mislead ? fixed(score.value(), decimals + 1) : text;
}

void write_score(Page& page, const Score& score, const Row& about, const std::optional<std::string>& equation) {
  const Score::Fields& fields = score.fields();
  const std::string range = fields.interval ? fixed(fields.interval->low, about.decimals) + ".." +
                                                  fixed(fields.interval->high, about.decimals)
                                            : "-";
  const std::vector<std::string> cells{value_text(score, about.decimals),
                                       fields.published ? fixed(*fields.published, 1) : "-", range,
                                       fields.residual_sd ? "+-" + significant(*fields.residual_sd, 3) : "-"};
  const std::string version = printable(fields.version.empty() ? "" : "version " + fields.version);
  const std::string model = joined({fields.model == about.id ? "" : printable(fields.model), version}, " ");
  const std::string whole = joined({about.label, model}, ", ");
  const bool fits = display_width(whole) < page.width() - kNumberColumns;
  page.line(score_row(page, fits ? whole : about.label, cells), Style::kStrong);
  if (!fits) page.entry("    ", model, 4, Style::kFaint);
  if (equation) page.entry("    ", *equation, 4, Style::kGood);
  if (!equation || fields.terms.size() > 1) write_terms(page, score);
  if (fields.interval) {
    const std::string basis = fields.interval->basis.empty() ? "" : ": " + printable(fields.interval->basis);
    page.entry("    ", fmt::format("interval at {} %{}", significant(fields.interval->coverage * 100.0, 3), basis), 4,
               Style::kFaint);
  }
  write_reasons(page, fields.reasons, "    - ");
}

std::optional<std::string> cost_equation(const Score& score) {
  std::optional<std::string> text = price_equation(score);
  if (text && score.fields().published) *text += " -> " + fixed(*score.fields().published, 1);
  return text;
}

void write_scores(Page& page, const Outcome& outcome) {
  page.gap();
  page.line(score_row(page, "SCORES", {"value", "published", "interval", "residual"}), Style::kStrong);
  for (const Score& score : outcome.preference) write_score(page, score, {"Preference", "", 1}, std::nullopt);
  for (const Failure& failure : outcome.preference_failures) {
    page.entry("Preference: ", coded(failure.message, failure.code), 4, Style::kBad);
  }
  const auto absent = [&page](const std::string& label) { page.line(score_row(page, label, {"-", "-", "-", "-"})); };
  if (outcome.preference.empty() && outcome.preference_failures.empty()) absent("Preference");
  if (outcome.scientific_validity) {
    write_score(page, *outcome.scientific_validity, {"Scientific validity", "scientific-validity", 2}, std::nullopt);
  } else {
    absent("Scientific validity");
  }
  if (outcome.cost_performance) {
    write_score(page, *outcome.cost_performance, {"Cost-performance", "cost-performance", 2},
                cost_equation(*outcome.cost_performance));
  } else {
    absent("Cost-performance");
  }
  if (outcome.overall) {
    write_score(page, *outcome.overall, {"Overall", "overall", 2}, sum_equation(*outcome.overall));
  } else {
    absent("Overall");
  }
}

// --- the curve ---------------------------------------------------------------------------------------------------

void write_octaves(Page& page, const std::vector<BandError>& octaves) {
  int column = 0;
  for (const BandError& octave : octaves) column = std::max(column, display_width(spoken(octave.name)) + 2);
  if (octaves.empty()) return;
  column = std::clamp(column, 7, page.width() - kMargin);
  const std::size_t a_row = std::max<std::size_t>(1, static_cast<std::size_t>((page.width() - kMargin) / column));
  for (std::size_t start = 0; start < octaves.size(); start += a_row) {
    std::string head(kMargin, ' ');
    std::string mean = padded("  mean, dB", kMargin);
    std::string rms = padded("  rms, dB", kMargin);
    for (std::size_t i = start; i < std::min(octaves.size(), start + a_row); ++i) {
      head += right_aligned(shortened(spoken(octaves[i].name), column - 1), column);
      mean += right_aligned(with_sign(octaves[i].mean_db, 1), column);
      rms += right_aligned(fixed(octaves[i].rms_db, 1), column);
    }
    page.line(head, Style::kFaint);
    page.line(mean);
    page.line(rms);
  }
}

std::string band_line(const std::string& name, const BandError& error) {
  return fmt::format("{} {} {}", name, band_text(error.band), with_sign(error.mean_db, 1));
}

void write_extrema(Page& page, const std::vector<Extremum>& extrema) {
  std::size_t shown = 0;
  for (const Extremum& extremum : extrema) {
    if (shown++ == kMostExtrema) break;
    const std::string q = extremum.q ? "Q " + significant(*extremum.q, 2) : "Q unknown";
    page.line(fmt::format("  {} {}  {} dB, prominence {} dB, {}", extremum.is_peak ? "peak" : "dip ",
                          right_aligned(frequency_text(extremum.frequency_hz), 9),
                          right_aligned(with_sign(extremum.level_db, 1), 5), fixed(extremum.prominence_db, 1), q));
  }
  if (extrema.size() > kMostExtrema) page.line(fmt::format("  and {} smaller", extrema.size() - kMostExtrema));
}

void write_analysis(Page& page, const CurveAnalysis& analysis) {
  const Signature& signature = analysis.signature;
  page.gap();
  page.line("RESPONSE AGAINST TARGET", Style::kStrong);
  const std::string because = signature.because.empty() ? "" : ": " + printable(signature.because);
  page.entry("Signature", printable(signature.name) + because, kMargin, Style::kGood);
  page.entry("",
             fmt::format("mids {} dB against the whole; tilt {} dB/octave", with_sign(signature.mid_db, 1),
                         with_sign(analysis.tilt_db_per_octave, 2)),
             kMargin);
  page.entry(
      "Mean error",
      joined({band_line("bass", analysis.bass), band_line("mids", analysis.mid), band_line("treble", analysis.treble)},
             ", ") +
          " dB",
      kMargin);
  write_octaves(page, analysis.octaves);
  if (!analysis.extrema.empty()) page.line("Peaks and dips, most prominent first");
  write_extrema(page, analysis.extrema);
}

void write_spread(Page& page, const Outcome& outcome) {
  if (!outcome.channels && outcome.reseats.empty()) return;
  page.gap();
  page.line("REPEATABILITY", Style::kStrong);
  if (outcome.channels) {
    const ChannelDifference& channels = *outcome.channels;
    page.entry(
        "L - R",
        fmt::format("level {} dB, rms {} dB (100 Hz-8 kHz); worst {} dB at {} (1/3 octave, {}): {} times the limit of "
                    "ITU-R BS.708",
                    with_sign(channels.level_db, 2), fixed(channels.rms_db, 2), fixed(channels.largest_db, 1),
                    frequency_text(channels.largest_hz), band_text(channels.band), fixed(channels.bs708_ratio, 2)),
        kMargin, channels.bs708_ratio > 1.0 ? Style::kDoubt : Style::kPlain);
  }
  for (const ReseatSpread& reseats : outcome.reseats) {
    std::vector<std::string> parts;
    for (const auto& [band, sd_db] : reseats.band_sd_db) parts.push_back(band_text(band) + " " + fixed(sd_db, 2));
    const std::string side = reseats.channel == Channel::kUnknown ? "" : " " + std::string(to_string(reseats.channel));
    page.entry("Reseats" + side, fmt::format("{} seats, SD in dB: {}", reseats.seats, joined(parts, ", ")), kMargin);
  }
}

// --- warnings ----------------------------------------------------------------------------------------------------

struct Place {
  const FileRecord* file;
  const Warning* warning;
};

void write_warnings(Page& page, const Outcome& outcome) {
  std::map<std::string, std::vector<Place>> by_code;
  for (const FileRecord& file : outcome.files) {
    for (const Warning& warning : file.warnings) by_code[warning.code].push_back({&file, &warning});
  }
  if (by_code.empty()) return;
  page.gap();
  page.line("WARNINGS", Style::kStrong);
  for (const auto& [code, places] : by_code) {
    page.entry("", fmt::format("{} ({})", printable(code), counted(places.size(), "time")), 0, Style::kDoubt);
    std::size_t shown = 0;
    for (const Place& place : places) {
      if (shown++ == kMostExamples) break;
      const std::string line = place.warning->line == 0 ? "" : fmt::format(":{}", place.warning->line);
      const std::string name = shortened(printable(file_name(place.file->path)), page.width() / 2);
      page.entry("  -", name + line + ": " + printable(place.warning->message), 4);
    }
    if (places.size() > kMostExamples) page.line(fmt::format("    and {} more", places.size() - kMostExamples));
  }
}

void write_product(Page& page, const Outcome& outcome) {
  const std::vector<std::string> name = wrapped(name_of(outcome), page.width());
  int longest = 0;
  for (const std::string& part : name) {
    page.line(part, Style::kStrong);
    longest = std::max(longest, display_width(part));
  }
  page.line(std::string(static_cast<std::size_t>(longest), '='), Style::kStrong);
  if (outcome.error) page.entry("Failed", coded(outcome.error->message, outcome.error->code), kMargin, Style::kBad);
  write_read(page, outcome);
  write_settings(page, outcome);
  write_reasons(page, outcome.reasons, "  - ");
  if (!outcome.error || outcome.overall || outcome.scientific_validity || outcome.cost_performance)
    write_scores(page, outcome);
  if (outcome.analysis) write_analysis(page, *outcome.analysis);
  write_spread(page, outcome);
  write_warnings(page, outcome);
}

// --- all products ------------------------------------------------------------------------------------------------

std::string published(const std::optional<Score>& score) {
  if (!score) return "-";
  return fixed(score->fields().published.value_or(score->value()), 1);
}

void write_summary(Page& page, std::span<const Outcome> outcomes) {
  const int column = page.width() - 38;
  const auto row = [column](const std::string& name, const std::vector<std::string>& cells) {
    std::string text = padded(shortened(name, column), column) + right_aligned(cells[0], 12);
    for (std::size_t i = 1; i < cells.size(); ++i) text += right_aligned(cells[i], i == 3 ? 10 : 8);
    return text;
  };
  page.line("SUMMARY", Style::kStrong);
  page.line(row("Product", {"preference", "SV", "CP", "overall"}), Style::kFaint);
  std::size_t failed = 0;
  for (const Outcome& outcome : outcomes) {
    if (outcome.error) {
      ++failed;
      continue;
    }
    const std::string preference = outcome.preference.empty() ? "-" : fixed(outcome.preference.front().value(), 1);
    page.line(row(name_of(outcome), {preference, published(outcome.scientific_validity),
                                     published(outcome.cost_performance), published(outcome.overall)}));
  }
  if (failed == 0) return;
  page.gap();
  page.line("FAILED: " + counted(failed, "product"), Style::kBad);
  for (const Outcome& outcome : outcomes) {
    if (!outcome.error) continue;
    const std::string name = shortened(name_of(outcome), page.width() / 2);
    page.entry("", name + ": " + coded(outcome.error->message, outcome.error->code), 2, Style::kBad);
  }
}

void write(std::ostream& out, std::span<const Outcome> outcomes, const ReportOptions& options) {
  Page page(out, options);
  if (outcomes.empty()) page.line("No products.");
  bool first = true;
  for (const Outcome& outcome : outcomes) {
    if (!first) page.gap();
    first = false;
    write_product(page, outcome);
  }
  if (outcomes.size() < 2) return;
  page.gap();
  write_summary(page, outcomes);
}

}  // namespace

Report text() { return {"text", "Text for a terminal", ".txt", false, write}; }

}  // namespace headscore::reports
