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
  half_width_ = Eigen::ArrayXd::Zero(rows);
  half_width_.tail(rows - 1) = 0.5 * (octave_.tail(rows - 1) - octave_.head(rows - 1));
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
    if (from < to) {
      windows_.push_back(window_of(from, to, left, right));
    } else {
      windows_.emplace_back();
      windows_.back().left = windows_.back().right = std::min(k, rows - 2);
      (k < rows - 1 ? windows_.back().left_weight : windows_.back().behind_left_weight) = 1.0;
    }
  }
}

SmoothingPlan::Window SmoothingPlan::window_of(double from, double to, Eigen::Index left, Eigen::Index right) const {
  // Weights of both ends of the segment that begins at a row in the value at an octave inside of it.
  const auto share = [this](Eigen::Index row, double octave) {
    const double width = octave_[row + 1] - octave_[row];
    return width > 0.0 ? std::clamp((octave - octave_[row]) / width, 0.0, 1.0) : 0.0;
  };
  Window window;
  window.left = left;
  window.right = right;
  const double at_from = share(left, from);
  const double at_to = share(right, to);
  if (left == right) {
    window.left_weight = 0.5 * ((1.0 - at_from) + (1.0 - at_to));
    window.behind_left_weight = 0.5 * (at_from + at_to);
    return window;
  }
  const double whole = to - from;
  const double head = 0.5 * (octave_[left + 1] - from) / whole;
  const double tail = 0.5 * (to - octave_[right]) / whole;
  window.left_weight = head * (1.0 - at_from);
  window.behind_left_weight = head * (1.0 + at_from);
  window.right_weight = tail * (2.0 - at_to);
  window.behind_right_weight = tail * at_to;
  window.between_weight = 1.0 / whole;
  return window;
}

template <typename Between>
Eigen::ArrayXd SmoothingPlan::means(const Eigen::ArrayXd& values, const Between& between) const {
  Eigen::ArrayXd means(values.size());
  for (Eigen::Index k = 0; k < values.size(); ++k) {
    const Window& window = windows_[static_cast<std::size_t>(k)];
    means[k] = window.left_weight * values[window.left] + window.behind_left_weight * values[window.left + 1] +
               window.between_weight * between(window.left + 1, window.right) +
               window.right_weight * values[window.right] + window.behind_right_weight * values[window.right + 1];
  }
  return means;
}

Eigen::ArrayXd SmoothingPlan::level_means(const Eigen::ArrayXd& values) const {
  const Eigen::Index rows = values.size();
  Eigen::ArrayXd integral(rows);
  integral[0] = 0.0;
  integral.tail(rows - 1) = half_width_.tail(rows - 1) * (values.tail(rows - 1) + values.head(rows - 1));
  // Running sums, two at a time: each step waits for one addition instead of two.
  Eigen::Index i = 1;
  for (; i + 1 < rows; i += 2) {
    const double both = integral[i] + integral[i + 1];
    integral[i] += integral[i - 1];
    integral[i + 1] = integral[i - 1] + both;
  }
  if (i < rows) integral[i] += integral[i - 1];
  return means(values, [&](Eigen::Index from, Eigen::Index to) { return integral[to] - integral[from]; });
}

// Integrals of the piecewise linear function from the first row to each row, each as an unevaluated sum of two doubles
// (T. J. Dekker, "A floating-point technique for extending the available precision", 1971). A window's integral is a
// difference of two of them: in one double, the power in a notch 100 dB below its surroundings would be rounding noise.
Eigen::ArrayXd SmoothingPlan::power_means(const Eigen::ArrayXd& values) const {
  const Eigen::Index rows = values.size();
  Eigen::ArrayXd high(rows);
  Eigen::ArrayXd low(rows);
  high[0] = 0.0;
  low[0] = 0.0;
  for (Eigen::Index i = 1; i < rows; ++i) {
    const double area = half_width_[i] * (values[i] + values[i - 1]);
    // Knuth's two-sum: sum + error is exactly the sum of the two.
    const double sum = high[i - 1] + area;
    const double part = sum - high[i - 1];
    low[i] = low[i - 1] + ((high[i - 1] - (sum - part)) + (area - part));
    high[i] = sum;
  }
  return means(values,
               [&](Eigen::Index from, Eigen::Index to) { return (high[to] - high[from]) + (low[to] - low[from]); });
}

Eigen::ArrayXd SmoothingPlan::applied(const Eigen::ArrayXd& magnitude_db) const {
  if (smoothing_.kind == Smoothing::Kind::kNone) return magnitude_db;
  if (smoothing_.domain == Smoothing::Domain::kDecibel) {
    const double base = magnitude_db.mean();  // costs no digits for a curve at 100 dB SPL
    return level_means(magnitude_db - base) + base;
  }
  const double highest = magnitude_db.maxCoeff();
  const Eigen::ArrayXd power =
      magnitude_db.unaryExpr([highest](double level) { return std::pow(10.0, (level - highest) / 10.0); });
  return power_means(power).unaryExpr([highest](double mean) {
    return highest + 10.0 * std::log10(std::max(mean, std::numeric_limits<double>::min()));
  });
}

Curve smoothed(const Curve& curve, const Smoothing& smoothing) {
  if (smoothing.kind == Smoothing::Kind::kNone) return curve;
  return curve.with_levels(SmoothingPlan(curve.frequency_hz(), smoothing).applied(curve.magnitude_db()));
}

}  // namespace headscore
