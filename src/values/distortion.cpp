#include "headscore/distortion.hpp"

#include <cmath>
#include <utility>

#include "headscore/error.hpp"

namespace headscore {
namespace {

[[noreturn]] void refuse(const std::string& found, const std::string& wanted) {
  throw Error("bad-distortion", {}, found, wanted);
}

void check_ratio(const Eigen::ArrayXd& ratio, Eigen::Index rows, const std::string& name) {
  if (ratio.size() != rows) refuse("a column " + name + " of another length", "one row a frequency");
  for (Eigen::Index i = 0; i < rows; ++i) {
    if (std::isinf(ratio[i]) || ratio[i] < 0.0)
      refuse("a negative or infinite ratio in " + name, "ratios of zero or more");
  }
}

/// NaN where the value is measured; a bound where it is noise-limited.
void check_bound(const std::optional<Eigen::ArrayXd>& bound, const Eigen::ArrayXd& ratio, const std::string& name) {
  if (!bound) return;
  check_ratio(*bound, ratio.size(), "the upper bound of " + name);
  if ((*bound < ratio).any()) refuse("an upper bound of " + name + " below its value", "bounds of at least the value");
}

}  // namespace

DistortionSpectrum::DistortionSpectrum(Columns columns) : columns_(std::move(columns)) {
  const Eigen::Index rows = columns_.frequency_hz.size();
  if (rows < 1) refuse("no row", "at least one");
  double last = 0.0;
  for (Eigen::Index i = 0; i < rows; ++i) {
    if (!(columns_.frequency_hz[i] > last) || !std::isfinite(columns_.frequency_hz[i])) {
      refuse("frequencies that are not positive and strictly increasing", "increasing frequencies");
    }
    last = columns_.frequency_hz[i];
  }
  if (columns_.fundamental_db && columns_.fundamental_db->size() != rows)
    refuse("a fundamental of another length", "one row a frequency");
  if (columns_.thd_ratio) check_ratio(*columns_.thd_ratio, rows, "THD");
  if (columns_.thd_upper_bound) {
    if (!columns_.thd_ratio) refuse("an upper bound of THD without THD", "both");
    check_bound(columns_.thd_upper_bound, *columns_.thd_ratio, "THD");
  }
  if (columns_.noise_ratio) check_ratio(*columns_.noise_ratio, rows, "noise");
  if (columns_.thd_noise_limit) check_ratio(*columns_.thd_noise_limit, rows, "the noise limit of THD");
  int order = 1;
  for (const Harmonic& harmonic : columns_.harmonics) {
    if (harmonic.order <= order) refuse("harmonic orders out of sequence", "ascending orders from 2");
    order = harmonic.order;
    check_ratio(harmonic.level_ratio, rows, "H" + std::to_string(order));
    if (harmonic.noise_limit) check_ratio(*harmonic.noise_limit, rows, "the noise limit of H" + std::to_string(order));
    check_bound(harmonic.upper_bound, harmonic.level_ratio, "H" + std::to_string(order));
  }
  if (!columns_.thd_ratio && columns_.harmonics.empty()) refuse("neither THD nor a harmonic", "one of them");
}

Eigen::ArrayXd DistortionSpectrum::thd_ratio() const {
  if (columns_.thd_ratio) return *columns_.thd_ratio;
  Eigen::ArrayXd sum = Eigen::ArrayXd::Zero(size());
  for (const Harmonic& harmonic : columns_.harmonics) sum += harmonic.level_ratio.square();
  return sum.sqrt();
}

Eigen::Array<bool, Eigen::Dynamic, 1> DistortionSpectrum::noise_limited() const {
  if (columns_.thd_upper_bound) return columns_.thd_upper_bound->isFinite();
  if (columns_.noise_ratio) return thd_ratio() <= *columns_.noise_ratio;
  return Eigen::Array<bool, Eigen::Dynamic, 1>::Constant(size(), false);
}

std::optional<Eigen::ArrayXd> DistortionSpectrum::thd_plus_noise_ratio() const {
  if (!columns_.noise_ratio) return std::nullopt;
  return (thd_ratio().square() + columns_.noise_ratio->square()).sqrt().eval();
}

}  // namespace headscore
