// AutoEq's convention: the error is compared on 20 * 1.01^n Hz and looked at on rounded R40 preferred numbers.
#pragma once

#include <Eigen/Core>
#include <optional>

#include "dsp/error_sums.hpp"
#include "dsp/preference.hpp"
#include "headscore/curve.hpp"

namespace headscore {

/// The R40 preferred numbers of ISO 3 (three significant digits: 20, 21.2, 22.4, 23.6, ...) from 20 Hz to 20 kHz; shape
/// (121), Hz. This is AutoEq's in-ear list. Its over-ear list has the same numbers rounded to integers below 50 Hz (20,
/// 21, 22, 24, 25, 27, ...), where the over-ear model does not look.
[[nodiscard]] const Eigen::ArrayXd& r40_frequencies_hz();

/// SD and slope over `band` and, with `mean_error_band`, the mean error with the level at exactly 500 Hz taken out, all
/// on the frequencies of r40_frequencies_hz(). `error` lies on (a run of) LogGrid::autoeq(); its end segments are
/// continued to frequencies beyond its rows. Throws Error("band-not-covered") and Error("different-grids").
[[nodiscard]] ErrorStatistics autoeq_error_statistics(const Curve& error, const Band& band,
                                                      const std::optional<Band>& mean_error_band = std::nullopt);

/// The same for weighted sums of parts: see SumsStatistics. Parts (n, k) on `frequency_hz`, (a run of)
/// LogGrid::autoeq(). Throws Error("different-grids").
class AutoeqSumsStatistics {
 public:
  AutoeqSumsStatistics(Eigen::ArrayXd frequency_hz, const Eigen::MatrixXd& shared_db, const Eigen::MatrixXd& weights,
                       const Band& band, const std::optional<Band>& mean_error_band);
  [[nodiscard]] StatisticsOfSums of(const Eigen::Ref<const Eigen::MatrixXd>& own_db) const;

 private:
  Eigen::ArrayXd frequency_hz_;
  SumsStatistics on_list_;
};

}  // namespace headscore
