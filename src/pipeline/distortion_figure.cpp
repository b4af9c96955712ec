#include "pipeline/distortion_figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace headscore {
namespace {

struct Figure {
  double thd_ratio = 0.0;
  double limited_share = 0.0;  ///< of the band's rows whose THD does not stand out of the noise
  Band band;
};

std::optional<Figure> figure_of(const DistortionSpectrum& spectrum, const Band& wanted) {
  const DistortionSpectrum::Columns& columns = spectrum.columns();
  const Eigen::ArrayXd thd = spectrum.thd_ratio();
  std::vector<Eigen::Index> rows;
  for (Eigen::Index i = 0; i < thd.size(); ++i) {
    const double f = columns.frequency_hz[i];
    if (f >= wanted.start_hz && f <= wanted.stop_hz && std::isfinite(thd[i])) rows.push_back(i);
  }
  if (rows.size() < 2) return std::nullopt;
  const Band band{columns.frequency_hz[rows.front()], columns.frequency_hz[rows.back()]};
  if (octaves(band) < 0.5 * octaves(wanted)) return std::nullopt;
  double sum = 0.0;
  double limited = 0.0;
  for (std::size_t k = 1; k < rows.size(); ++k) {
    const Eigen::Index a = rows[k - 1];
    const Eigen::Index b = rows[k];
    const double width = std::log(columns.frequency_hz[b] / columns.frequency_hz[a]);
    sum += width * 0.5 * (thd[a] * thd[a] + thd[b] * thd[b]);
    const bool noisy = columns.noise_ratio && (*columns.noise_ratio)[b] >= thd[b];
    if (noisy) limited += width;
  }
  const double whole = std::log(band.stop_hz / band.start_hz);
  return Figure{std::sqrt(sum / whole), limited / whole, band};
}

std::string hertz(double value) { return value >= 1000.0 ? fmt::format("{:.3g} kHz", value / 1000.0) : fmt::format("{:.3g} Hz", value); }

}  // namespace

std::optional<MetricValue> distortion_figure(const std::vector<const Measurement*>& measurements, const MetricRule& rule) {
  const Band wanted{rule.start_hz.value_or(100.0), rule.stop_hz.value_or(10000.0)};
  std::optional<MetricValue> worst;
  for (const Measurement* measurement : measurements) {
    if (!measurement->distortion()) continue;
    const std::optional<Figure> figure = figure_of(*measurement->distortion(), wanted);
    if (!figure) continue;
    MetricValue value;
    value.metric = rule.metric;
    value.value = 100.0 * figure->thd_ratio;
    value.upper_bound = figure->limited_share > 0.5;
    const std::optional<double> level = measurement->provenance().level_spl_db;
    value.note = fmt::format("rms {} to {}, {}{}", hertz(figure->band.start_hz), hertz(figure->band.stop_hz),
                             level ? fmt::format("{:g} dB SPL", *level) : std::string("drive level not stated"),
                             value.upper_bound ? ", noise-limited" : "");
    if (!worst || value.value > worst->value) worst = value;
  }
  return worst;
}

}  // namespace headscore
