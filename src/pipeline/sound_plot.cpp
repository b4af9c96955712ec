// Pictures of a recording's analysis.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "dsp/decay.hpp"
#include "headscore/sound_export.hpp"
#include "io/text_format.hpp"

namespace headscore {
namespace {

constexpr double kLeft = 68.0;
constexpr double kTop = 58.0;
constexpr double kWidth = 750.0;
constexpr double kHeight = 380.0;
constexpr Eigen::Index kMostPoints = 900;
constexpr std::array<std::string_view, 4> kColours = {"#1769c4", "#d0322b", "#2f9e5b", "#b07a00"};

struct Axis {
  double low = 0.0;
  double high = 1.0;
  bool logarithmic = false;

  [[nodiscard]] double share(double value) const {
    return logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
  }
};

struct Line {
  std::string name;
  Eigen::ArrayXd x;
  Eigen::ArrayXd y;
  std::string_view colour;
  bool dashed = false;
  double width = 1.6;
  double centre = -1e9;  ///< of rows that share a point, the one furthest from it is drawn
};

/// One diagram with its grid, lines and legend.
class Diagram {
 public:
  Diagram(std::ostream& out, Axis x, Axis y) : out_(out), x_(x), y_(y) {}

  void begin(const std::string& title) {
    out_ << fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
        "font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\">\n"
        "<rect width=\"{0}\" height=\"{1}\" fill=\"#fff\"/>\n<text x=\"{2}\" y=\"24\" font-size=\"16\">{3}</text>\n",
        kLeft + kWidth + 24.0, kTop + kHeight + 74.0, kLeft, xml_escaped(title));
  }

  void tick_x(double value, const std::string& label) {
    const double at = kLeft + x_.share(value) * kWidth;
    out_ << fmt::format(
        "<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2}\" stroke=\"#000\" stroke-opacity=\"0.13\"/>\n", at,
        kTop, kTop + kHeight);
    if (!label.empty())
      out_ << fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n", at, kTop + kHeight + 17.0,
                          label);
  }

  void tick_y(double value, const std::string& label) {
    const double at = kTop + kHeight - y_.share(value) * kHeight;
    out_ << fmt::format(
        "<line x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\" stroke=\"#000\" stroke-opacity=\"0.13\"/>\n", kLeft,
        kLeft + kWidth, at);
    if (!label.empty())
      out_ << fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", kLeft - 6.0, at + 4.0, label);
  }

  /// A curve and its name below the frame.
  void line(const Line& line) {
    curve(line);
    name(line);
  }

  void curve(const Line& line) {
    const Eigen::Index step = std::max<Eigen::Index>(1, line.x.size() / kMostPoints);
    std::string path;
    bool down = false;
    bool was_inside = false;
    for (Eigen::Index i = 0; i < line.x.size(); i += step) {
      const Eigen::Index count = std::min(step, line.x.size() - i);
      Eigen::Index furthest = 0;
      (line.y.segment(i, count) - line.centre).abs().maxCoeff(&furthest);
      const double value = line.y[i + furthest];
      const double x = x_.share(line.x[i]);
      if (!std::isfinite(value) || x < 0.0 || x > 1.0) {
        down = false;
        continue;
      }
      // What leaves the frame is drawn to its edge, and not along it.
      const double y = y_.share(value);
      const bool inside = y >= 0.0 && y <= 1.0;
      const std::string point =
          fmt::format("{:.1f} {:.1f}", kLeft + x * kWidth, kTop + kHeight - std::clamp(y, 0.0, 1.0) * kHeight);
      path += (down && (inside || was_inside) ? "L" : "M") + point;
      down = true;
      was_inside = inside;
    }
    out_ << fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{}/>\n", path, line.colour,
                        line.dashed ? 1.0 : line.width, line.dashed ? " stroke-dasharray=\"4 3\"" : "");
  }

  void name(const Line& line) {
    const double x = kLeft + legend_;
    const double y = kTop + kHeight + 54.0;
    out_ << fmt::format(
        "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{}\" y2=\"{}\" stroke=\"{}\" stroke-width=\"2\"{}/><text x=\"{:.1f}\" "
        "y=\"{}\">{}</text>\n",
        x, x + 22.0, y - 4.0, y - 4.0, line.colour, line.dashed ? " stroke-dasharray=\"4 3\"" : "", x + 27.0, y,
        xml_escaped(line.name));
    legend_ += 50.0 + 6.6 * static_cast<double>(display_width(printable(line.name)));
  }

  void end(const std::string& x_name, const std::string& y_name) {
    out_ << fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#777\"/>\n", kLeft,
                        kTop, kWidth, kHeight);
    out_ << fmt::format(
        "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n<text x=\"{}\" y=\"{}\">{}</text>\n</svg>\n",
        kLeft + kWidth, kTop + kHeight + 35.0, x_name, kLeft, kTop - 8.0, y_name);
  }

 private:
  std::ostream& out_;
  Axis x_;
  Axis y_;
  double legend_ = 0.0;
};

void frequency_grid(Diagram& diagram, double low, double high) {
  for (const double decade : {1.0, 10.0, 100.0, 1000.0, 10000.0}) {
    for (int digit = 1; digit <= 9; ++digit) {
      const double f = decade * digit;
      if (f < low || f > high) continue;
      const bool labelled = digit == 1 || digit == 2 || digit == 5;
      diagram.tick_x(f, !labelled ? "" : f >= 1000.0 ? fmt::format("{:g} k", f / 1000.0) : fmt::format("{:g}", f));
    }
  }
}

void level_grid(Diagram& diagram, const Axis& axis, double step) {
  const auto steps = static_cast<int>(std::floor((axis.high - axis.low) / step + 0.01));
  for (int i = 0; i <= steps; ++i) diagram.tick_y(axis.low + i * step, fmt::format("{:g}", axis.low + i * step));
}

Axis frequency_axis(const SoundAnalysis& analysis) {
  double high = 20000.0;
  for (const ChannelAnalysis& channel : analysis.channels)
    high = std::max(high, channel.response.frequency_hz().tail(1)[0]);
  return {20.0, high, true};
}

std::string title_of(const SoundAnalysis& analysis, const char* what) {
  return std::string(what) + ": " + file_name(analysis.path);
}

}  // namespace

void write_response_svg(std::ostream& out, const SoundAnalysis& analysis) {
  double most = -400.0;
  for (const ChannelAnalysis& channel : analysis.channels) most = std::max(most, channel.level_db.maxCoeff());
  const Axis x = frequency_axis(analysis);
  const double high = 10.0 * std::ceil((most + 3.0) / 10.0);
  const Axis y{high - 90.0, high, false};
  Diagram diagram(out, x, y);
  diagram.begin(title_of(analysis, "Response"));
  frequency_grid(diagram, x.low, x.high);
  level_grid(diagram, y, 10.0);
  for (std::size_t i = 0; i < analysis.channels.size(); ++i) {
    const ChannelAnalysis& channel = analysis.channels[i];
    const Eigen::ArrayXd& f = channel.response.frequency_hz();
    diagram.line({channel_title(analysis, i), f, channel.level_db, kColours[i % kColours.size()], false});
    if (channel.snr_db)
      diagram.line({"noise in it", f, channel.level_db - *channel.snr_db, kColours[i % kColours.size()], true});
  }
  diagram.end("Hz", analysis.channels.front().level_is_spl ? "dB SPL" : "dBFS");
}

void write_distortion_svg(std::ostream& out, const SoundAnalysis& analysis) {
  const Axis x{20.0, 10000.0, true};
  const Axis y{-120.0, 0.0, false};
  Diagram diagram(out, x, y);
  diagram.begin(title_of(analysis, "Distortion"));
  frequency_grid(diagram, x.low, x.high);
  for (int level = -120; level <= 0; level += 10) {
    const bool decade = level % 20 == 0;
    diagram.tick_y(level, decade ? fmt::format("{:g} %", 100.0 * std::pow(10.0, level / 20.0)) : "");
  }
  std::size_t colour = 0;
  for (std::size_t i = 0; i < analysis.channels.size(); ++i) {
    if (!analysis.channels[i].distortion) continue;
    const DistortionSpectrum& distortion = *analysis.channels[i].distortion;
    const DistortionSpectrum::Columns& columns = distortion.columns();
    const auto db = [](const Eigen::ArrayXd& ratio) -> Eigen::ArrayXd { return 20.0 * ratio.max(1e-12).log10(); };
    const std::string_view own = kColours[colour++ % kColours.size()];
    diagram.line({"THD " + channel_title(analysis, i), columns.frequency_hz, db(distortion.thd_ratio()), own, false});
    diagram.line({"its noise limit", columns.frequency_hz, db(*columns.thd_noise_limit), own, true});
    if (analysis.channels.size() > 1) continue;
    for (const Harmonic& harmonic : columns.harmonics) {
      if (harmonic.order > 3) break;
      diagram.line({fmt::format("H{}", harmonic.order), columns.frequency_hz, db(harmonic.level_ratio),
                    kColours[colour++ % kColours.size()], false});
    }
  }
  diagram.end("Hz", "% of the fundamental; 20 dB a decade");
}

void write_impulse_svg(std::ostream& out, const SoundAnalysis& analysis) {
  double length_ms = 10.0;
  for (const ChannelAnalysis& channel : analysis.channels) {
    const double behind =
        1e3 * static_cast<double>(channel.impulse.size() - channel.impulse.origin()) / channel.impulse.sample_rate_hz();
    length_ms = std::max(length_ms, std::min({behind, 400.0, channel.rt30_s ? 1500.0 * *channel.rt30_s : 100.0}));
  }
  const Axis x{-0.15 * length_ms, length_ms, false};
  // The impulse itself, on a linear scale, stands in a strip of its own below the energy.
  constexpr double kFloorDb = -100.0;
  constexpr double kImpulseAt = -136.0;
  constexpr double kImpulseUnit = 25.0;
  const Axis y{-166.0, 0.0, false};
  Diagram diagram(out, x, y);
  diagram.begin(title_of(analysis, "Impulse response and energy-time curve"));
  level_grid(diagram, {kFloorDb, 0.0, false}, 20.0);
  for (const int value : {-1, 0, 1})
    diagram.tick_y(kImpulseAt + kImpulseUnit * value, value == 0 ? "0" : fmt::format("{:+d}", value));
  const double step = std::pow(10.0, std::floor(std::log10(length_ms / 3.0)));
  for (int i = 0; i * step <= length_ms; ++i) diagram.tick_x(i * step, fmt::format("{:g}", i * step));
  for (std::size_t i = 0; i < analysis.channels.size(); ++i) {
    const ImpulseResponse& impulse = analysis.channels[i].impulse;
    const Eigen::ArrayXd ms = (Eigen::ArrayXd::LinSpaced(impulse.size(), 0.0, static_cast<double>(impulse.size() - 1)) -
                               static_cast<double>(impulse.origin())) *
                              (1e3 / impulse.sample_rate_hz());
    const Eigen::ArrayXd etc = energy_time_db(impulse);
    const auto first = std::max<Eigen::Index>(
        0, impulse.origin() + static_cast<Eigen::Index>(1e-3 * x.low * impulse.sample_rate_hz()));
    const auto last = std::min<Eigen::Index>(
        impulse.size(), impulse.origin() + static_cast<Eigen::Index>(1e-3 * x.high * impulse.sample_rate_hz()));
    const double peak = impulse.samples().abs().maxCoeff();
    const std::string_view colour = kColours[i % kColours.size()];
    diagram.line({channel_title(analysis, i), ms.segment(first, last - first),
                  etc.segment(first, last - first).max(kFloorDb), colour, false, 1.0});
    diagram.curve({"", ms.segment(first, last - first),
                   kImpulseAt + kImpulseUnit * impulse.samples().segment(first, last - first) / peak, colour, false,
                   1.0, kImpulseAt});
  }
  diagram.end("ms", "energy, dB of its peak; below: impulse, of its peak");
}

}  // namespace headscore
