#include "headscore/alignment.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "dsp/analysis_axis.hpp"
#include "dsp/log_curve.hpp"
#include "dsp/option_text.hpp"
#include "headscore/error.hpp"
#include "headscore/interpolation.hpp"

namespace headscore {
namespace {

std::string band_text(const Band& band) { return number_text(band.start_hz) + "-" + number_text(band.stop_hz) + " Hz"; }

/// response - target over the band that both cover. A grid from which each left out what it does not cover still
/// matches there.
Curve common_difference(const Curve& response, const Curve& target) {
  const Band common{std::max(response.start_hz(), target.start_hz()), std::min(response.stop_hz(), target.stop_hz())};
  const std::optional<Curve> a = restricted(response, common);
  const std::optional<Curve> b = restricted(target, common);
  if (!a || !b) {
    throw Error("band-not-covered", {},
                "a response over " + band_text(response.band()) + " and a target over " + band_text(target.band()),
                "at least two frequencies in common");
  }
  return difference(*a, *b);
}

[[noreturn]] void refuse_text(const std::string& text) {
  throw Error("bad-alignment", {}, "\"" + text + "\"", "mean:200-2000, 1000, 1kHz or least-squares");
}

}  // namespace

std::string Alignment::description() const {
  switch (method) {
    case Method::kBandMean:
      return "mean " + band_text(band);
    case Method::kSingleFrequency:
      return number_text(frequency_hz) + " Hz";
    case Method::kLeastSquares:
      break;
  }
  return "least squares";
}

Alignment alignment_from(const std::string& text) {
  const std::string words = squeezed(text);
  std::string_view rest = words;
  if (rest == "least-squares" || rest == "leastsquares") return {Alignment::Method::kLeastSquares};
  Alignment result;
  if (!take_prefix(rest, "mean")) {
    const std::optional<double> frequency_hz = hertz_from(rest);
    if (!frequency_hz) refuse_text(text);
    result.method = Alignment::Method::kSingleFrequency;
    result.frequency_hz = *frequency_hz;
    return result;
  }
  if (rest.empty()) return result;  // "mean": over the default band
  (void)take_prefix(rest, ":");
  const std::size_t dash = rest.find('-');
  if (dash == std::string_view::npos) refuse_text(text);
  const std::optional<double> start_hz = hertz_from(rest.substr(0, dash));
  const std::optional<double> stop_hz = hertz_from(rest.substr(dash + 1));
  if (!start_hz || !stop_hz || !(*start_hz < *stop_hz)) refuse_text(text);
  result.band = {*start_hz, *stop_hz};
  return result;
}

double alignment_offset_db(const Curve& error, const Eigen::ArrayXd& octave, const Alignment& alignment) {
  const auto refuse = [&error](const std::string& wanted) {
    throw Error("band-not-covered", {}, "curves that share " + band_text(error.band()), wanted);
  };
  switch (alignment.method) {
    case Alignment::Method::kSingleFrequency: {
      const std::optional<double> level = level_at(error, alignment.frequency_hz);
      if (!level) refuse(number_text(alignment.frequency_hz) + " Hz, to align on it");
      return *level;
    }
    case Alignment::Method::kBandMean: {
      if (!covers(error, alignment.band)) refuse(band_text(alignment.band) + ", to align on its mean");
      const std::optional<BandMean> found = band_mean({octave, error.magnitude_db()}, alignment.band);
      if (!found) refuse(band_text(alignment.band) + ", to align on its mean");
      return found->mean_db;
    }
    case Alignment::Method::kLeastSquares:
      break;
  }
  // The sum of squares of e + s is least where s is minus the mean of e.
  const std::optional<BandMean> found = band_mean({octave, error.magnitude_db()}, error.band());
  return found ? found->mean_db : error.magnitude_db().mean();
}

double alignment_shift_db(const Curve& response, const Curve& target, const Alignment& alignment) {
  const Curve error = common_difference(response, target);
  return 0.0 - alignment_offset_db(error, octaves_of(error.frequency_hz()), alignment);
}

Curve error_curve(const Curve& response, const Curve& target, const Alignment& alignment) {
  const Curve error = common_difference(response, target);
  return shifted(error, -alignment_offset_db(error, octaves_of(error.frequency_hz()), alignment));
}

}  // namespace headscore
