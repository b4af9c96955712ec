#include "pipeline/distortion_figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace headscore {
namespace {

struct Figure {
  double thd_ratio = 0.0;
  double limited_share = 0.0;  ///< of the band over log frequency: THD does not stand out of the noise there
  Band band;
  double highest_hz = 0.0;  ///< where THD is largest
  double highest_ratio = 0.0;
};

std::optional<Figure> figure_of(const DistortionSpectrum& spectrum, const Band& wanted) {
  const DistortionSpectrum::Columns& columns = spectrum.columns();
  Eigen::ArrayXd thd = spectrum.thd_ratio();
  const Eigen::Array<bool, Eigen::Dynamic, 1> limited_rows = spectrum.noise_limited();
  // Where only a bound is known the bound counts: less may be there, and more is not.
  if (columns.thd_upper_bound) thd = columns.thd_upper_bound->isFinite().select(*columns.thd_upper_bound, thd);
  std::vector<Eigen::Index> rows;
  for (Eigen::Index i = 0; i < thd.size(); ++i) {
    const double f = columns.frequency_hz[i];
    if (f >= wanted.start_hz && f <= wanted.stop_hz && std::isfinite(thd[i])) rows.push_back(i);
  }
  if (rows.size() < 2) return std::nullopt;
  Figure figure;
  figure.band = {columns.frequency_hz[rows.front()], columns.frequency_hz[rows.back()]};
  if (octaves(figure.band) < 0.5 * octaves(wanted)) return std::nullopt;
  double sum = 0.0;
  double limited = 0.0;
  for (std::size_t k = 1; k < rows.size(); ++k) {
    const Eigen::Index a = rows[k - 1];
    const Eigen::Index b = rows[k];
    const double width = std::log(columns.frequency_hz[b] / columns.frequency_hz[a]);
    sum += width * 0.5 * (thd[a] * thd[a] + thd[b] * thd[b]);
    if (limited_rows[b]) limited += width;
  }
  for (const Eigen::Index i : rows) {
    if (thd[i] <= figure.highest_ratio) continue;
    figure.highest_ratio = thd[i];
    figure.highest_hz = columns.frequency_hz[i];
  }
  const double whole = std::log(figure.band.stop_hz / figure.band.start_hz);
  figure.thd_ratio = std::sqrt(sum / whole);
  figure.limited_share = limited / whole;
  return figure;
}

std::string hertz(double value) {
  return value >= 1000.0 ? fmt::format("{:.3g} kHz", value / 1000.0) : fmt::format("{:.3g} Hz", value);
}

}  // namespace

std::optional<MetricValue> distortion_figure(const std::vector<const Measurement*>& measurements,
                                             const MetricRule& rule) {
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
    const DistortionSpectrum::Columns& columns = measurement->distortion()->columns();
    const std::optional<double> level = measurement->provenance().level_spl_db;
    const std::string drive = level ? fmt::format("{:g} dB SPL", *level)
                              : columns.drive_level_dbfs
                                  ? fmt::format("{:.1f} dBFS played, SPL not known", *columns.drive_level_dbfs)
                                  : std::string("drive level not stated");
    value.note =
        fmt::format("rms {} to {}, {}, highest {:.2g} % at {}", hertz(figure->band.start_hz),
                    hertz(figure->band.stop_hz), drive, 100.0 * figure->highest_ratio, hertz(figure->highest_hz));
    if (figure->limited_share > 0.005)
      value.note += fmt::format(", noise-limited over {:.0f} % of it", 100.0 * figure->limited_share);
    if (columns.complete_to_hz && *columns.complete_to_hz < figure->band.stop_hz)
      value.note += fmt::format(", all harmonics up to {}", hertz(*columns.complete_to_hz));
    if (!worst || value.value > worst->value) worst = value;
  }
  return worst;
}

}  // namespace headscore
