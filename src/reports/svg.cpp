// For a page or a print: response against target, and the error, on logarithmic axes. One product a document.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/report.hpp"
#include "io/text_format.hpp"

namespace headscore::reports {
namespace {

// IEC 60263: on the axes' scales one decade is as long as 25 dB. The response panel spans 50 dB, the error panel +-10
// dB.
constexpr double kDecade = 250.0;
constexpr double kPixelsPerDb = kDecade / 25.0;
constexpr double kPlotWidth = 3.0 * kDecade;
constexpr double kResponseSpanDb = 50.0;
constexpr double kErrorSpanDb = 10.0;
constexpr double kLeft = 58.0;
constexpr double kWidth = kLeft + kPlotWidth + 24.0;
constexpr double kTop = 108.0;
constexpr double kGap = 62.0;
constexpr double kErrorTop = kTop + kResponseSpanDb * kPixelsPerDb + kGap;
constexpr double kErrorBottom = kErrorTop + 2.0 * kErrorSpanDb * kPixelsPerDb;
constexpr double kCaptionTop = kErrorBottom + 62.0;
constexpr double kLineHeight = 17.0;
constexpr int kCaptionColumns = 122;
constexpr int kTitleColumns = 60;
constexpr Eigen::Index kMostPoints = 500;

// Plain colours and classes, no custom properties: viewers that are no browsers know only these. Those that know media
// queries get the dark colours where they are preferred.
constexpr std::string_view kStyle = R"(<style>
.hs{font-family:"Helvetica Neue",Helvetica,Arial,"DejaVu Sans",sans-serif;font-size:12px}
.hs .title{font-size:21px;font-weight:600}.hs .scores{font-size:14px}.hs .mid{text-anchor:middle}.hs .end{text-anchor:end}
.hs line,.hs path,.hs .frame{fill:none}.hs .grid{stroke-opacity:.15}.hs .fine{stroke-opacity:.06}.hs .zero{stroke-opacity:.45}
.hs path{stroke-linejoin:round;stroke-linecap:round}.hs .mean{stroke-width:2.6}.hs .left,.hs .right{stroke-width:1.3}
.hs .target{stroke-width:2;stroke-dasharray:7 5;stroke-linecap:butt}.hs .band5{opacity:.11}.hs .band3{opacity:.17}.hs .band1{opacity:.26}
.hs .ground{fill:#fff}.hs text{fill:#1b1d20}.hs .soft{fill:#5c636b}.hs .grid,.hs .fine,.hs .zero,.hs .mean{stroke:#1b1d20}
.hs .frame{stroke:#9aa1a8}.hs .left{stroke:#1769c4}.hs .right{stroke:#d0322b}.hs .target{stroke:#7d8790}
.hs .band5{fill:#d0322b}.hs .band3{fill:#d9a514}.hs .band1{fill:#2f9e5b}
@media (prefers-color-scheme:dark){
.hs .ground{fill:#15181b}.hs text{fill:#eceef0}.hs .soft{fill:#a4acb4}.hs .grid,.hs .fine,.hs .zero,.hs .mean{stroke:#eceef0}
.hs .frame{stroke:#69727a}.hs .left{stroke:#62a8f5}.hs .right{stroke:#ff7a70}.hs .target{stroke:#97a1aa}
.hs .band5{fill:#ff7a70}.hs .band3{fill:#e0b335}.hs .band1{fill:#3fbf74}
}
</style>
)";

void write_text(std::ostream& out, double x, double y, std::string_view classes, std::string_view text) {
  out << fmt::format("<text x=\"{:.2f}\" y=\"{:.2f}\" class=\"{}\">{}</text>\n", x, y, classes, xml_escaped(text));
}

/// A typographic minus for the hyphen of a number.
std::string with_minus(std::string number) {
  if (!number.empty() && number.front() == '-') number.replace(0, 1, "\u2212");
  return number;
}

/// A plotting area: frequencies and levels to places on the page.
struct Panel {
  double top;
  double highest_db;
  double span_db;
  std::string clip;

  [[nodiscard]] double x(double frequency_hz) const { return kLeft + kDecade * std::log10(frequency_hz / 20.0); }
  [[nodiscard]] double y(double level_db) const {
    return std::clamp(top + (highest_db - level_db) * kPixelsPerDb, -1e4, 1e4);
  }
  [[nodiscard]] double bottom() const { return top + span_db * kPixelsPerDb; }
};

// --- axes --------------------------------------------------------------------------------------------------------

void write_frequency_axis(std::ostream& out, const Panel& panel) {
  static constexpr std::array<double, 10> kLabelled{20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000};
  const auto line = [&](double frequency_hz, std::string_view style) {
    const double x = panel.x(frequency_hz);
    out << fmt::format("<line x1=\"{0:.2f}\" x2=\"{0:.2f}\" y1=\"{1:.2f}\" y2=\"{2:.2f}\" class=\"{3}\"/>\n", x,
                       panel.top, panel.bottom(), style);
  };
  for (const double decade : {10.0, 100.0, 1000.0}) {
    for (const double digit : {3.0, 4.0, 6.0, 7.0, 8.0, 9.0}) line(decade * digit, "fine");
  }
  for (const double frequency_hz : kLabelled) {
    line(frequency_hz, "grid");
    const std::string label = frequency_hz < 1000.0 ? fixed(frequency_hz, 0) : fixed(frequency_hz / 1000.0, 0) + "k";
    write_text(out, panel.x(frequency_hz), panel.bottom() + 17.0, "soft mid", label);
  }
}

void write_level_line(std::ostream& out, const Panel& panel, double level_db, std::string_view style) {
  out << fmt::format("<line x1=\"{0:.2f}\" x2=\"{1:.2f}\" y1=\"{2:.2f}\" y2=\"{2:.2f}\" class=\"{3}\"/>\n", kLeft,
                     kLeft + kPlotWidth, panel.y(level_db), style);
}

void write_level_axis(std::ostream& out, const Panel& panel, const std::vector<double>& levels_db) {
  for (const double level_db : levels_db) {
    write_level_line(out, panel, level_db, "grid");
    write_text(out, kLeft - 8.0, panel.y(level_db) + 4.0, "soft end", with_minus(with_sign(level_db, 0)));
  }
}

void write_frame(std::ostream& out, const Panel& panel) {
  out << fmt::format("<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" class=\"frame\"/>\n", kLeft,
                     panel.top, kPlotWidth, panel.bottom() - panel.top);
}

void write_clip(std::ostream& out, const Panel& panel) {
  out << fmt::format(
      "<clipPath id=\"{}\"><rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\"/></clipPath>\n",
      panel.clip, kLeft, panel.top, kPlotWidth, panel.bottom() - panel.top);
}

// --- curves ------------------------------------------------------------------------------------------------------

/// Rows from the last one at or below 20 Hz to the first one at or above 20 kHz, thinned to what can be seen.
void write_curve(std::ostream& out, const Panel& panel, const Curve& curve, std::string_view style) {
  Eigen::Index first = 0;
  Eigen::Index last = curve.size() - 1;
  while (first < last && curve.frequency_hz()[first + 1] <= 20.0) ++first;
  while (last > first && curve.frequency_hz()[last - 1] >= 20000.0) --last;
  const Eigen::Index stride = std::max<Eigen::Index>(1, (last - first + kMostPoints - 1) / kMostPoints);
  out << "<path clip-path=\"url(#" << panel.clip << ")\" class=\"" << style << "\" d=\"";
  for (Eigen::Index row = first;; row = std::min(row + stride, last)) {
    const double x = std::clamp(panel.x(curve.frequency_hz()[row]), -1e4, 1e4);
    out << fmt::format("{}{:.2f} {:.2f}", row == first ? 'M' : 'L', x, panel.y(curve.magnitude_db()[row]));
    if (row == last) break;
  }
  out << "\"/>\n";
}

void write_bands(std::ostream& out, const Panel& panel) {
  for (const int half_db : {5, 3, 1}) {
    out << fmt::format("<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" class=\"band{}\"/>\n", kLeft,
                       panel.y(half_db), kPlotWidth, 2.0 * half_db * kPixelsPerDb, half_db);
  }
}

/// Upper end of the response panel: the target in its middle, moved up where a curve would leave it there; steps of 5
/// dB.
double highest_level_db(const DisplayCurves& curves) {
  const Eigen::ArrayXd& target = curves.target.magnitude_db();
  const double middle = (target.maxCoeff() + target.minCoeff()) / 2.0;
  const double centred = std::round((middle + kResponseSpanDb / 2.0) / 5.0) * 5.0;
  const double needed = std::ceil(curves.response.magnitude_db().maxCoeff() / 5.0) * 5.0;
  return std::clamp(std::max(centred, std::min(needed, centred + 15.0)), -1e5, 1e5);
}

void write_response(std::ostream& out, const DisplayCurves& curves, const std::string& clip) {
  const Panel panel{kTop, highest_level_db(curves), kResponseSpanDb, clip};
  std::vector<double> levels_db;
  for (int i = 0; i <= 10; ++i) levels_db.push_back(panel.highest_db - 5.0 * i);
  write_clip(out, panel);
  write_frequency_axis(out, panel);
  write_level_axis(out, panel, levels_db);
  if (curves.left) write_curve(out, panel, *curves.left, "left");
  if (curves.right) write_curve(out, panel, *curves.right, "right");
  write_curve(out, panel, curves.target, "target");
  write_curve(out, panel, curves.response, "mean");
  write_frame(out, panel);
  write_text(out, kLeft - 8.0, kTop - 12.0, "soft end", "dB");
}

void write_error(std::ostream& out, const DisplayCurves& curves, const std::string& clip) {
  const Panel panel{kErrorTop, kErrorSpanDb, 2.0 * kErrorSpanDb, clip};
  write_clip(out, panel);
  write_bands(out, panel);
  write_frequency_axis(out, panel);
  write_level_axis(out, panel, {10.0, 5.0, 3.0, 1.0, -1.0, -3.0, -5.0, -10.0});
  write_level_line(out, panel, 0.0, "zero");
  write_curve(out, panel, curves.error, "mean");
  write_frame(out, panel);
  write_text(out, kLeft - 8.0, kErrorTop - 12.0, "soft end", "dB");
  write_text(out, kLeft, kErrorTop - 12.0, "", "Error: response \u2212 target, shaded within 1, 3 and 5 dB");
  write_text(out, kLeft + kPlotWidth / 2.0, panel.bottom() + 36.0, "soft mid", "Frequency, Hz");
}

void write_legend(std::ostream& out, const Outcome& outcome) {
  double x = kLeft;
  const auto entry = [&](std::string_view style, const std::string& label) {
    out << fmt::format("<path class=\"{}\" d=\"M{:.2f} {:.2f}h28\"/>\n", style, x, kTop - 16.0);
    write_text(out, x + 35.0, kTop - 12.0, "", label);
    x += 35.0 + 7.0 * display_width(label) + 24.0;
  };
  const bool has_both = outcome.curves->left && outcome.curves->right;
  entry("mean", has_both ? "mean of L and R" : "response");
  if (outcome.curves->left) entry("left", "left");
  if (outcome.curves->right) entry("right", "right");
  entry("target", "target " + shortened(printable(outcome.settings.target), 36));
}

// --- words -------------------------------------------------------------------------------------------------------

std::string title_of(const Outcome& outcome) {
  const std::string name = printable(outcome.product);
  return name.empty() ? "(no name)" : name;
}

std::string scores_line(const Outcome& outcome) {
  std::vector<std::string> parts;
  if (!outcome.preference.empty()) {
    const Score& score = outcome.preference.front();
    const auto& residual = score.fields().residual_sd;
    parts.push_back("preference " + with_minus(fixed(score.value(), 1)) +
                    (residual ? " \u00b1 " + significant(*residual, 3) : "") + " (" +
                    shortened(printable(score.fields().model), 24) + ")");
  }
  const auto add = [&parts](const char* name, const std::optional<Score>& score) {
    if (score) parts.push_back(name + fixed(score->fields().published.value_or(score->value()), 1));
  };
  add("SV ", outcome.scientific_validity);
  add("CP ", outcome.cost_performance);
  add("overall ", outcome.overall);
  if (outcome.analysis) parts.push_back(shortened(printable(outcome.analysis->signature.name), 24));
  return joined(parts, "  \u00b7  ");
}

std::string caption(const Outcome& outcome) {
  const Settings& settings = outcome.settings;
  const auto part = [](const char* name, const std::string& value) {
    return value.empty() ? std::string() : name + shortened(printable(value), 60);
  };
  const std::string made_for =
      settings.target_rig.empty() ? "" : " (made for " + shortened(printable(settings.target_rig), 40) + ")";
  return joined({settings.target.empty() ? "" : part("target ", settings.target) + made_for, part("rig ", settings.rig),
                 part("form ", settings.form), part("smoothing ", settings.smoothing),
                 part("aligned: ", settings.alignment), part("grid ", settings.grid), part("policy ", settings.policy)},
                "  \u00b7  ");
}

std::string why_no_curves(const Outcome& outcome) {
  if (!outcome.error) return "There is no curve to draw: no frequency response was compared with a target.";
  return "There is no curve to draw. " + shortened(printable(outcome.error->message), 600) + " [" +
         shortened(printable(outcome.error->code), 60) + "]";
}

std::vector<std::string> lines_below(const Outcome& outcome) {
  std::vector<std::string> lines = wrapped(caption(outcome), kCaptionColumns);
  if (!outcome.curves) return lines;
  lines.emplace_back(
      "One decade is as long as 25 dB is high (IEC 60263); the upper panel spans 50 dB, the lower one \u00b110 dB.");
  return lines;
}

struct Drawing {
  double height;
  std::vector<std::string> words;  // instead of curves
  std::vector<std::string> below;
};

Drawing laid_out(const Outcome& outcome) {
  Drawing drawing{0.0, {}, lines_below(outcome)};
  if (!outcome.curves) drawing.words = wrapped(why_no_curves(outcome), 100);
  const double above = outcome.curves ? kCaptionTop : kTop + 20.0 * static_cast<double>(drawing.words.size()) + 16.0;
  drawing.height = above + kLineHeight * static_cast<double>(drawing.below.size()) + 8.0;
  return drawing;
}

void write_head(std::ostream& out, double height) {
  out << fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} "
      "{1:.0f}\" class=\"hs\" role=\"img\">\n",
      kWidth, height);
}

void write_product(std::ostream& out, const Outcome& outcome, const Drawing& drawing, const std::string& id) {
  write_text(out, kLeft, 38.0, "title", shortened(title_of(outcome), kTitleColumns));
  write_text(out, kLeft, 63.0, "scores", scores_line(outcome));
  double y = kTop;
  if (outcome.curves) {
    write_legend(out, outcome);
    write_response(out, *outcome.curves, "upper" + id);
    write_error(out, *outcome.curves, "lower" + id);
    y = kCaptionTop;
  } else {
    for (const std::string& line : drawing.words) {
      write_text(out, kLeft, y, "scores", line);
      y += 20.0;
    }
    y += 16.0;
  }
  for (const std::string& line : drawing.below) {
    write_text(out, kLeft, y, "soft", line);
    y += kLineHeight;
  }
}

void write_description(std::ostream& out, std::span<const Outcome> outcomes) {
  std::vector<std::string> titles;
  std::vector<std::string> about;
  for (const Outcome& outcome : outcomes) {
    titles.push_back(title_of(outcome));
    about.push_back(outcome.curves ? scores_line(outcome) + "; " + caption(outcome) : why_no_curves(outcome));
  }
  const std::string title =
      outcomes.empty() ? "No products" : joined(titles, ", ") + ": frequency response against target";
  out << "<title>" << xml_escaped(title) << "</title>\n<desc>" << xml_escaped(joined(about, ". ")) << "</desc>\n";
}

void write(std::ostream& out, std::span<const Outcome> outcomes, const ReportOptions& /*options*/) {
  std::vector<Drawing> drawings;
  double height = outcomes.empty() ? 60.0 : 0.0;
  for (const Outcome& outcome : outcomes) {
    drawings.push_back(laid_out(outcome));
    height += drawings.back().height;
  }
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  write_head(out, height);
  write_description(out, outcomes);
  out << kStyle << "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n";
  if (outcomes.empty()) write_text(out, kLeft, 38.0, "title", "No products");
  double y = 0.0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    out << fmt::format("<g transform=\"translate(0 {:.0f})\">\n", y);
    write_product(out, outcomes[i], drawings[i], std::to_string(i + 1));
    out << "</g>\n";
    y += drawings[i].height;
  }
  out << "</svg>\n";
}

}  // namespace

Report svg() { return {"svg", "SVG picture of one product", ".svg", true, write}; }

}  // namespace headscore::reports
