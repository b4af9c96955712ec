#include "headscore/smoothing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "dsp/log_curve.hpp"
#include "dsp/option_text.hpp"
#include "dsp/smoothing_plan.hpp"
#include "headscore/error.hpp"

namespace headscore {
namespace {

constexpr double kNarrowestOctaves = 1.0 / 48.0;
constexpr double kWidestOctaves = 1.0;

bool is_width(double width_octaves) {
  constexpr double kRounding = 1e-9;  // of a width that went through text or 1.0 / n
  return width_octaves >= kNarrowestOctaves * (1.0 - kRounding) && width_octaves <= kWidestOctaves * (1.0 + kRounding);
}

/// Integrals of a piecewise linear function from the first row to each row, each as an unevaluated sum of two doubles
/// (T. J. Dekker, "A floating-point technique for extending the available precision", 1971). A window's integral is a
/// difference of two of them: in one double, the power in a notch 100 dB below its surroundings would be rounding
/// noise.
class PrefixIntegral {
 public:
  PrefixIntegral(const Eigen::ArrayXd& octave, const Eigen::ArrayXd& values)
      : octave_(octave), values_(values), high_(octave.size()), low_(octave.size()) {
    high_[0] = 0.0;
    low_[0] = 0.0;
    for (Eigen::Index i = 1; i < octave.size(); ++i) {
      const double area = (octave[i] - octave[i - 1]) * 0.5 * (values[i] + values[i - 1]);
      // Knuth's two-sum: high + error is exactly the sum of the two.
      const double high = high_[i - 1] + area;
      const double part = high - high_[i - 1];
      const double error = (high_[i - 1] - (high - part)) + (area - part);
      high_[i] = high;
      low_[i] = low_[i - 1] + error;
    }
  }

  /// Integral from octave `from` to `to`, which lie in the segments that begin at rows `left` and `right` (left <=
  /// right).
  [[nodiscard]] double between(double from, Eigen::Index left, double to, Eigen::Index right) const {
    if (left == right) return 0.5 * (to - from) * (value(from, left) + value(to, left));
    // The cut segments are integrated by themselves: taking them as differences would cancel again.
    const double head = 0.5 * (octave_[left + 1] - from) * (value(from, left) + values_[left + 1]);
    const double tail = 0.5 * (to - octave_[right]) * (values_[right] + value(to, right));
    return head + ((high_[right] - high_[left + 1]) + (low_[right] - low_[left + 1])) + tail;
  }

 private:
  /// On the segment that begins at row `left`; two positive weights, so that nothing cancels.
  [[nodiscard]] double value(double octave, Eigen::Index left) const {
    const double width = octave_[left + 1] - octave_[left];
    if (!(width > 0.0)) return values_[left];
    return (values_[left] * (octave_[left + 1] - octave) + values_[left + 1] * (octave - octave_[left])) / width;
  }

  const Eigen::ArrayXd& octave_;
  const Eigen::ArrayXd& values_;
  Eigen::ArrayXd high_;
  Eigen::ArrayXd low_;
};

struct Span {
  double from;
  double to;
};

Span window_about(const Smoothing& smoothing, double frequency_hz, double octave) {
  if (smoothing.kind == Smoothing::Kind::kFractionalOctave) {
    return {octave - 0.5 * smoothing.width_octaves, octave + 0.5 * smoothing.width_octaves};
  }
  // Glasberg & Moore, "Derivation of auditory filter shapes from notched-noise data", Hear. Res. 47 (1990), eq. 3.
  const double half_hz = 0.5 * 24.7 * (4.37 * frequency_hz / 1000.0 + 1.0);
  const double low_hz = frequency_hz - half_hz;
  return {low_hz > 0.0 ? std::log2(low_hz) : -std::numeric_limits<double>::infinity(),
          std::log2(frequency_hz + half_hz)};
}

[[noreturn]] void refuse_text(const std::string& text) {
  throw Error("bad-smoothing", {}, "\"" + text + "\"",
              "none, erb or 1/48 to 1 octave, with \",power\" or \",db\" behind");
}

std::optional<double> width_from(std::string_view text) {
  (void)(take_suffix(text, "octaves") || take_suffix(text, "octave") || take_suffix(text, "oct"));
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return number_from(text);
  const std::optional<double> over = number_from(text.substr(0, slash));
  const std::optional<double> under = number_from(text.substr(slash + 1));
  if (!over || !under || !(*under > 0.0)) return std::nullopt;
  return *over / *under;
}

}  // namespace

std::string Smoothing::description() const {
  if (kind == Kind::kNone) return "none";
  const std::string domain_text = domain == Domain::kPower ? ", power" : "";
  if (kind == Kind::kErb) return "ERB" + domain_text;
  const double parts = std::round(1.0 / width_octaves);
  const bool whole_parts = parts > 1.0 && std::abs(parts * width_octaves - 1.0) < 1e-6;
  if (whole_parts) return "1/" + number_text(parts) + " octave" + domain_text;
  return number_text(width_octaves) + " octave" + domain_text;
}

Smoothing smoothing_from(const std::string& text) {
  const std::string words = squeezed(text);
  std::string_view rest = words;
  Smoothing result;
  if (rest == "none") return result;
  if (take_suffix(rest, ",power")) {
    result.domain = Smoothing::Domain::kPower;
  } else {
    (void)take_suffix(rest, ",db");
  }
  if (rest == "none") return {};
  if (rest == "erb") {
    result.kind = Smoothing::Kind::kErb;
    return result;
  }
  const std::optional<double> width_octaves = width_from(rest);
  if (!width_octaves || !is_width(*width_octaves)) refuse_text(text);
  result.kind = Smoothing::Kind::kFractionalOctave;
  result.width_octaves = *width_octaves;
  return result;
}

SmoothingPlan::SmoothingPlan(const Eigen::ArrayXd& frequency_hz, const Smoothing& smoothing) : smoothing_(smoothing) {
  if (smoothing.kind == Smoothing::Kind::kNone) return;
  if (smoothing.kind == Smoothing::Kind::kFractionalOctave && !is_width(smoothing.width_octaves)) {
    throw Error("bad-smoothing", {}, number_text(smoothing.width_octaves) + " octave", "1/48 to 1 octave");
  }
  octave_ = octaves_of(frequency_hz);
  const Eigen::Index rows = octave_.size();
  windows_.reserve(static_cast<std::size_t>(rows));
  // Both window ends only move upwards, so that the segments are found in one pass.
  Eigen::Index left = 0;
  Eigen::Index right = 0;
  for (Eigen::Index k = 0; k < rows; ++k) {
    const Span wanted = window_about(smoothing, frequency_hz[k], octave_[k]);
    const double from = std::max(wanted.from, octave_[0]);
    const double to = std::min(wanted.to, octave_[rows - 1]);
    if (from < to) {  // not so for rows that differ by an ulp only
      while (left < rows - 2 && octave_[left + 1] <= from) ++left;
      right = std::max(right, left);
      while (right < rows - 2 && octave_[right + 1] <= to) ++right;
    }
    windows_.push_back({from, to, left, right});
  }
}

Eigen::ArrayXd SmoothingPlan::window_means(const Eigen::ArrayXd& values) const {
  const PrefixIntegral integral(octave_, values);
  Eigen::ArrayXd means(values.size());
  for (Eigen::Index k = 0; k < means.size(); ++k) {
    const Window& window = windows_[static_cast<std::size_t>(k)];
    means[k] = window.from < window.to
                   ? integral.between(window.from, window.left, window.to, window.right) / (window.to - window.from)
                   : values[k];
  }
  return means;
}

Eigen::ArrayXd SmoothingPlan::applied(const Eigen::ArrayXd& magnitude_db) const {
  if (smoothing_.kind == Smoothing::Kind::kNone) return magnitude_db;
  if (smoothing_.domain == Smoothing::Domain::kDecibel) {
    const double base = magnitude_db.mean();  // costs no digits for a curve at 100 dB SPL
    return window_means(magnitude_db - base) + base;
  }
  const double highest = magnitude_db.maxCoeff();
  const Eigen::ArrayXd power =
      magnitude_db.unaryExpr([highest](double level) { return std::pow(10.0, (level - highest) / 10.0); });
  return window_means(power).unaryExpr([highest](double mean) {
    return highest + 10.0 * std::log10(std::max(mean, std::numeric_limits<double>::min()));
  });
}

Curve smoothed(const Curve& curve, const Smoothing& smoothing) {
  if (smoothing.kind == Smoothing::Kind::kNone) return curve;
  return {curve.frequency_hz(), SmoothingPlan(curve.frequency_hz(), smoothing).applied(curve.magnitude_db())};
}

}  // namespace headscore
