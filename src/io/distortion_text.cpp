#include "io/distortion_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>

#include "io/text_format.hpp"

namespace headscore {
namespace {

/// The value, or its bound where it is noise-limited; counts the bounds.
double told(const Eigen::ArrayXd& ratio, const std::optional<Eigen::ArrayXd>& bound, Eigen::Index row, int& limited) {
  if (!bound || !std::isfinite((*bound)[row])) return ratio[row];
  ++limited;
  return (*bound)[row];
}

std::string percent(double ratio) { return std::isfinite(ratio) ? fmt::format("{:.7f}", 100.0 * ratio) : "NaN"; }

std::string row_of(const DistortionSpectrum& spectrum, Eigen::Index row, int& limited) {
  const DistortionSpectrum::Columns& columns = spectrum.columns();
  std::string text = fmt::format("{:.6f}\t{:.3f}", columns.frequency_hz[row],
                                 columns.fundamental_db ? (*columns.fundamental_db)[row] : 0.0);
  text += "\t" + percent(told(spectrum.thd_ratio(), columns.thd_upper_bound, row, limited));
  if (columns.noise_ratio) text += "\t" + percent((*columns.noise_ratio)[row]);
  for (int order = 2; order <= 9; ++order) {
    const auto harmonic = std::find_if(columns.harmonics.begin(), columns.harmonics.end(),
                                       [order](const Harmonic& known) { return known.order == order; });
    text += "\t" + (harmonic == columns.harmonics.end()
                        ? std::string("NaN")
                        : percent(told(harmonic->level_ratio, harmonic->upper_bound, row, limited)));
  }
  return text;
}

}  // namespace

void write_distortion_text(std::ostream& out, const DistortionSpectrum& spectrum, const DistortionTextHeader& header) {
  const DistortionSpectrum::Columns& columns = spectrum.columns();
  std::string rows;
  int limited = 0;
  for (Eigen::Index row = 0; row < spectrum.size(); ++row) rows += row_of(spectrum, row, limited) + "\n";
  out << "* Distortion data in the layout of a REW V5.20 text export, made by headscore\n";
  if (!header.source.empty()) out << "* Source: " << printable(header.source) << "\n";
  if (columns.level_spl_db) out << fmt::format("* Note: {:.1f} dB SPL drive level\n", *columns.level_spl_db);
  for (const std::string& note : header.notes) out << "* Note: " << printable(note) << "\n";
  if (limited > 0)
    out << fmt::format("* Note: {} noise-limited, written as upper bounds\n",
                       counted(static_cast<std::size_t>(limited), "value"));
  if (!header.title.empty()) out << "* Measurement: " << printable(header.title) << "\n";
  out << "* Smoothing: None\n*\n* Freq(Hz)\tFundamental(dB)\tTHD(%)" << (columns.noise_ratio ? "\tNoise(%)" : "");
  for (int order = 2; order <= 9; ++order) out << fmt::format("\tH{}(%)", order);
  out << "\n" << rows;
}

}  // namespace headscore
