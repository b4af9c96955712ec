// For a review page: front matter with the rating, then sections a reviewer can edit.
#include <fmt/core.h>

#include <array>
#include <map>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/report.hpp"
#include "io/text_format.hpp"

namespace headscore::reports {
namespace {

/// The rating's parts in the order of the front matter, behind the overall score.
constexpr std::array<std::string_view, 5> kRatingTerms{"scientific-validity", "technology", "cost-performance",
                                                       "reliability", "rationality"};

std::string yaml_quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

/// A message as a sentence: a capital first, a full stop last.
std::string sentence(const std::string& text) {
  std::string result = markdown_escaped(text);
  if (result.empty()) return result;
  if (result.front() >= 'a' && result.front() <= 'z') result.front() = static_cast<char>(result.front() - 'a' + 'A');
  if (std::string_view(".!?").find(result.back()) == std::string_view::npos) result += '.';
  return result;
}

std::string tenth(double value) { return fixed(rounded_to_tenth(value), 1); }

std::string published(const Score& score) { return tenth(score.fields().published.value_or(score.value())); }

// --- front matter ------------------------------------------------------------------------------------------------

/// One of the five: as the overall score counted it, else as it was computed.
std::optional<double> rating_part(const Outcome& outcome, std::string_view name) {
  if (outcome.overall) {
    for (const Term& term : outcome.overall->fields().terms) {
      if (term.name == name) return term.value;
    }
  }
  const auto shown = [](const std::optional<Score>& score) {
    return score ? std::optional(score->fields().published.value_or(score->value())) : std::nullopt;
  };
  if (name == "scientific-validity") return shown(outcome.scientific_validity);
  if (name == "cost-performance") return shown(outcome.cost_performance);
  return std::nullopt;
}

void write_rating(std::ostream& out, const Outcome& outcome) {
  std::vector<std::string> numbers;
  std::vector<std::string> missing;
  if (outcome.overall) numbers.push_back(published(*outcome.overall));
  for (const std::string_view name : kRatingTerms) {
    const std::optional<double> value = rating_part(outcome, name);
    if (value) {
      numbers.push_back(tenth(*value));
    } else {
      missing.emplace_back(name);
    }
  }
  if (missing.empty() && !outcome.overall) missing.emplace_back("overall");
  if (missing.empty()) {
    out << "rating: [" << joined(numbers, ", ") << "]\n";
  } else {
    out << "# rating: left out; not known: " << joined(missing, ", ") << '\n';
  }
}

void write_front_matter(std::ostream& out, const Outcome& outcome) {
  out << "---\ntitle: " << yaml_quoted(outcome.product) << '\n';
  write_rating(out, outcome);
  out << "---\n";
}

// --- scores ------------------------------------------------------------------------------------------------------

void write_heading(std::ostream& out, const std::string& title, const std::optional<Score>& score) {
  out << "\n## " << title << "\n\n";
  if (score) out << "$$ \\Large \\text{" << published(*score) << "} $$\n\n";
}

std::string term_text(const Term& term) {
  const std::string basis = markdown_escaped(term_basis(term, "×"));
  const std::string text = markdown_escaped(spoken(term.name)) + " " + with_sign(term.value, 2);
  return basis.empty() ? text : text + " from " + basis;
}

void write_interval(std::ostream& out, const Score& score, int decimals) {
  const Score::Fields& fields = score.fields();
  if (fields.interval) {
    out << fmt::format(" Interval at {} %: {} to {}", significant(fields.interval->coverage * 100.0, 3),
                       fixed(fields.interval->low, decimals), fixed(fields.interval->high, decimals));
    if (!fields.interval->basis.empty()) out << " (" << markdown_escaped(fields.interval->basis) << ")";
    out << '.';
  }
}

void write_reasons(std::ostream& out, const std::vector<Reason>& reasons) {
  for (const Reason& reason : reasons) out << ' ' << sentence(reason.message);
}

void write_terms(std::ostream& out, const Score& score) {
  std::vector<std::string> parts;
  for (const Term& term : score.fields().terms) parts.push_back(term_text(term));
  out << fmt::format("The unrounded value {} is the sum of: {}.", fixed(score.value(), 2), joined(parts, "; "));
}

void write_validity(std::ostream& out, const Outcome& outcome) {
  write_heading(out, "Scientific Validity", outcome.scientific_validity);
  if (outcome.analysis) {
    const Signature& signature = outcome.analysis->signature;
    out << fmt::format("Against the target {} the response is {}", markdown_escaped(outcome.settings.target),
                       markdown_escaped(signature.name));
    out << (signature.because.empty() ? "" : ": " + markdown_escaped(signature.because)) << ".\n";
  }
  if (!outcome.scientific_validity) {
    out << "Not evaluated.\n";
    return;
  }
  write_terms(out, *outcome.scientific_validity);
  write_interval(out, *outcome.scientific_validity, 2);
  write_reasons(out, outcome.scientific_validity->fields().reasons);
  out << '\n';
}

std::string with_division_sign(std::string text) {
  for (std::size_t at = text.find(" / "); at != std::string::npos; at = text.find(" / ")) text.replace(at, 3, " ÷ ");
  return text;
}

void write_cost(std::ostream& out, const Outcome& outcome) {
  write_heading(out, "Cost-Performance", outcome.cost_performance);
  if (!outcome.cost_performance) {
    out << "Not evaluated: no price or no product to compare with was given.\n";
    return;
  }
  const Score& score = *outcome.cost_performance;
  const std::optional<std::string> equation = price_equation(score);
  if (equation) {
    out << "Calculation: " << markdown_escaped(with_division_sign(*equation)) << '.';
  }
  if (!equation || score.fields().terms.size() > 1) {
    if (equation) out << ' ';
    write_terms(out, score);
  }
  write_interval(out, score, 2);
  write_reasons(out, score.fields().reasons);
  out << '\n';
}

void write_overall(std::ostream& out, const Outcome& outcome) {
  if (!outcome.overall) return;
  write_heading(out, "Overall", std::nullopt);
  out << sum_equation(*outcome.overall);
  std::vector<std::string> names;
  for (const Term& term : outcome.overall->fields().terms) names.push_back(markdown_escaped(spoken(term.name)));
  out << " (" << joined(names, " + ") << ").";
  write_reasons(out, outcome.overall->fields().reasons);
  out << '\n';
}

void write_preference(std::ostream& out, const Outcome& outcome) {
  if (outcome.preference.empty() && outcome.preference_failures.empty()) return;
  out << "\n## Predicted Preference\n\n";
  if (!outcome.preference.empty())
    out << "| model | value | interval | residual SD of the model |\n|---|---:|---:|---:|\n";
  for (const Score& score : outcome.preference) {
    const Score::Fields& fields = score.fields();
    const std::string interval =
        fields.interval ? fixed(fields.interval->low, 1) + " to " + fixed(fields.interval->high, 1) : "–";
    out << fmt::format("| {} version {} | {} | {} | {} |\n", markdown_escaped(fields.model),
                       markdown_escaped(fields.version), fixed(score.value(), 1), interval,
                       fields.residual_sd ? "±" + significant(*fields.residual_sd, 3) : "–");
  }
  for (const Score& score : outcome.preference) {
    out << "\n" << markdown_escaped(score.fields().model) << ": ";
    write_terms(out, score);
    write_interval(out, score, 1);
    write_reasons(out, score.fields().reasons);
    out << '\n';
  }
  for (const Failure& failure : outcome.preference_failures) out << "\n" << sentence(failure.message) << '\n';
}

// --- measurements ------------------------------------------------------------------------------------------------

void write_band(std::ostream& out, const std::string& name, const BandError& error) {
  out << fmt::format("| {} | {} | {} | {} |\n", name, with_sign(error.mean_db, 1), fixed(error.rms_db, 1),
                     with_sign(error.largest_db, 1));
}

void write_analysis(std::ostream& out, const CurveAnalysis& analysis) {
  out << "| response − target, dB | mean | rms | largest |\n|---|---:|---:|---:|\n";
  for (const BandError& octave : analysis.octaves) write_band(out, markdown_escaped(octave.name), octave);
  write_band(out, "bass, " + band_text(analysis.bass.band), analysis.bass);
  write_band(out, "mids, " + band_text(analysis.mid.band), analysis.mid);
  write_band(out, "treble, " + band_text(analysis.treble.band), analysis.treble);
  out << fmt::format("\nTilt: {} dB per octave.\n", with_sign(analysis.tilt_db_per_octave, 2));
  if (analysis.extrema.empty()) return;
  out << "\n| peak or dip | frequency | level, dB | prominence, dB | Q |\n|---|---:|---:|---:|---:|\n";
  for (const Extremum& extremum : analysis.extrema) {
    out << fmt::format("| {} | {} | {} | {} | {} |\n", extremum.is_peak ? "peak" : "dip",
                       frequency_text(extremum.frequency_hz), with_sign(extremum.level_db, 1),
                       fixed(extremum.prominence_db, 1), extremum.q ? significant(*extremum.q, 2) : "–");
  }
}

void write_measurements(std::ostream& out, const Outcome& outcome) {
  if (!outcome.analysis && !outcome.channels && outcome.reseats.empty()) return;
  out << "\n## Measurements\n\n";
  if (outcome.analysis) write_analysis(out, *outcome.analysis);
  if (outcome.channels) {
    const ChannelDifference& channels = *outcome.channels;
    out << fmt::format(
        "\nLeft − right: level {} dB, rms {} dB (100 Hz-8 kHz); worst {} dB at {} (1/3 octave, {}): {} times the limit "
        "of "
        "ITU-R BS.708.\n",
        with_sign(channels.level_db, 2), fixed(channels.rms_db, 2), fixed(channels.largest_db, 1),
        frequency_text(channels.largest_hz), band_text(channels.band), fixed(channels.bs708_ratio, 2));
  }
  for (const ReseatSpread& reseats : outcome.reseats) {
    std::vector<std::string> parts;
    parts.reserve(reseats.band_sd_db.size());
    for (const auto& [band, sd_db] : reseats.band_sd_db) parts.push_back(band_text(band) + " " + fixed(sd_db, 2));
    out << fmt::format("\nStandard deviation over {} reseats{}, dB: {}.\n", reseats.seats,
                       reseats.channel == Channel::kUnknown ? "" : " of " + std::string(to_string(reseats.channel)),
                       joined(parts, ", "));
  }
}

// --- settings and limits -----------------------------------------------------------------------------------------

void write_files(std::ostream& out, const Outcome& outcome) {
  for (const FileRecord& file : outcome.files) {
    std::vector<std::string> parts{file.channel == Channel::kUnknown ? "channel unknown"
                                                                     : std::string(to_string(file.channel))};
    if (file.seat) parts.push_back(fmt::format("seat {}", *file.seat));
    parts.push_back(file.error ? "refused: " + markdown_escaped(file.error->message) : counted(file.points, "point"));
    out << "- File " << markdown_escaped(file_name(file.path)) << ": " << joined(parts, ", ") << '\n';
    for (const Warning& warning : file.warnings) {
      const std::string line = warning.line == 0 ? "" : fmt::format("Line {}: ", warning.line);
      out << "  - " << line << markdown_escaped(warning.message) << '\n';
    }
  }
}

void write_settings(std::ostream& out, const Outcome& outcome) {
  const Settings& settings = outcome.settings;
  out << "\n## Settings and Limits\n\n";
  const auto item = [&out](const char* name, const std::string& value, const std::string& more = "") {
    if (!value.empty()) out << "- " << name << ": " << markdown_escaped(value) << more << '\n';
  };
  const auto in_brackets = [](const char* words, const std::string& text) {
    return text.empty() || text == "none" ? "" : fmt::format(" ({} {})", words, markdown_escaped(text));
  };
  item("Target", settings.target, in_brackets("made for", settings.target_rig));
  item("Rig", settings.rig, in_brackets("from", settings.rig_source));
  item("Form", settings.form, in_brackets("from", settings.form_source));
  item("Grid", settings.grid);
  item("Alignment", settings.alignment);
  item("Smoothing of the curves", settings.smoothing);
  item("Policy", settings.policy);
  if (outcome.rig_verdict == RigVerdict::kOffTraining)
    out << (outcome.settings.rig == "unknown" || outcome.settings.rig.empty()
                ? "- Whether the rig is the one that the model was trained on is not known.\n"
                : "- The score is outside the model's training: see the reasons.\n");
  if (outcome.rig_verdict == RigVerdict::kRefused) out << "- The rig verdict is: refused.\n";
  for (const Reason& reason : outcome.reasons) out << "- " << sentence(reason.message) << '\n';
  write_files(out, outcome);
}

void write_product(std::ostream& out, const Outcome& outcome) {
  write_front_matter(out, outcome);
  if (outcome.error) {
    out << "\nNo score: " << markdown_escaped(outcome.error->message) << " (" << markdown_escaped(outcome.error->code)
        << ").\n";
  }
  if (!outcome.error || outcome.scientific_validity) write_validity(out, outcome);
  if (!outcome.error || outcome.cost_performance) write_cost(out, outcome);
  write_overall(out, outcome);
  write_preference(out, outcome);
  write_measurements(out, outcome);
  write_settings(out, outcome);
}

void write(std::ostream& out, std::span<const Outcome> outcomes, const ReportOptions& /*options*/) {
  if (outcomes.empty()) out << "No products.\n";
  bool first = true;
  for (const Outcome& outcome : outcomes) {
    if (!first) out << '\n';
    first = false;
    write_product(out, outcome);
  }
}

}  // namespace

Report markdown() { return {"markdown", "Markdown for a review page", ".md", true, write}; }

}  // namespace headscore::reports
