// Intervals are drawn from forms of the weights; here each redrawn curve is summed up and scored as a single curve is.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "dsp/error_sums.hpp"
#include "dsp/response_deviation.hpp"
#include "dsp/sum_kernels.hpp"
#include "headscore/error.hpp"
#include "headscore/interpolation.hpp"
#include "headscore/pipeline.hpp"
#include "headscore/policy_library.hpp"
#include "headscore/scoring_model.hpp"
#include "headscore/smoothing.hpp"
#include "pipeline/scoring_context.hpp"
#include "pipeline/seat_curves.hpp"
#include "random_curves.hpp"

namespace headscore {
namespace {

const RegionWeights kRegions = {{20.0, 0.2}, {80.0, 0.6}, {200.0, 1.0}, {5000.0, 1.0}, {10000.0, 0.6}, {20000.0, 0.0}};
constexpr Smoothing kThirdOctave = {Smoothing::Kind::kFractionalOctave, 1.0 / 3.0, Smoothing::Domain::kDecibel};

/// Seats near 90 dB: some tilt, some ripple.
std::vector<Curve> seats(std::uint64_t seed, std::size_t count, const LogGrid& grid) {
  tests::Random random(seed);
  std::vector<Curve> curves;
  for (std::size_t i = 0; i < count; ++i) {
    const double level = random.between(60.0, 110.0);
    const double slope = random.between(-2.0, 2.0);
    const double ripple = random.between(0.0, 6.0);
    const double period = random.between(0.3, 3.0);
    curves.push_back(
        tests::made(grid, [=](double octave) { return level + slope * octave + ripple * std::sin(octave / period); }));
  }
  return curves;
}

Eigen::MatrixXd as_columns(const std::vector<Curve>& curves) {
  Eigen::MatrixXd parts(curves.front().size(), static_cast<Eigen::Index>(curves.size()));
  for (Eigen::Index k = 0; k < parts.cols(); ++k)
    parts.col(k) = curves[static_cast<std::size_t>(k)].magnitude_db().matrix();
  return parts;
}

Eigen::MatrixXd random_weights(std::uint64_t seed, Eigen::Index rows, Eigen::Index columns) {
  tests::Random random(seed);
  Eigen::MatrixXd weights(rows, columns);
  for (double& weight : weights.reshaped()) weight = random.between(-1.0, 1.0);
  return weights;
}

/// With the last `shared` of the parts found once.
Eigen::ArrayXd squared_norms(const Eigen::MatrixXd& parts, const Eigen::MatrixXd& weights, Eigen::Index shared) {
  return SquaredNorms(parts.rightCols(shared), weights).of(parts.leftCols(parts.cols() - shared));
}

Eigen::ArrayXd mean_absolutes(const Eigen::MatrixXd& rows, const Eigen::RowVectorXd& centre,
                              const Eigen::MatrixXd& weights, Eigen::Index shared) {
  const Eigen::Index own = rows.cols() - shared;
  return MeanAbsolutes(rows.rightCols(shared), centre.tail(shared), weights).of(rows.leftCols(own), centre.head(own));
}

TEST(DeviationPlan, OfSumsIsTheDeviationOfTheSmoothedSum) {
  const LogGrid grid = LogGrid::per_octave(48.0, {20.0, 20000.0});
  const Eigen::ArrayXd& frequency_hz = grid.frequency_hz();
  const DeviationPlan plan(frequency_hz, kThirdOctave, kRegions);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Eigen::MatrixXd parts = as_columns(seats(seed, 5, grid));
    const Eigen::MatrixXd weights = random_weights(seed + 1000, 3, 5);
    const auto shared = static_cast<Eigen::Index>(seed % 6);
    const Eigen::ArrayXd deviations = squared_norms(plan.centred(parts), weights, shared).sqrt();
    for (Eigen::Index i = 0; i < weights.rows(); ++i) {
      const Eigen::VectorXd sum_db = parts * weights.row(i).transpose();
      const double expected =
          response_deviation_db(smoothed(Curve(frequency_hz, sum_db.array()), kThirdOctave), kRegions);
      EXPECT_NEAR(deviations[i], expected, 1e-10 * (1.0 + expected));
      EXPECT_NEAR(plan.of(sum_db.array()), expected, 1e-12 * (1.0 + expected));
    }
  }
}

TEST(DeviationPlan, RefusesSmoothingThatIsNotLinear) {
  const LogGrid grid = LogGrid::per_octave(48.0, {20.0, 20000.0});
  const Smoothing power = {Smoothing::Kind::kFractionalOctave, 1.0 / 3.0, Smoothing::Domain::kPower};
  EXPECT_THROW(DeviationPlan(grid.frequency_hz(), power, kRegions), Error);
}

/// Seats by channel as the scorer takes them.
SeatCurves seated(const std::vector<Channel>& channels, const std::vector<Curve>& curves, const LogGrid& grid) {
  std::vector<const Curve*> responses;
  for (const Curve& curve : curves) responses.push_back(&curve);
  InterpolationPlans plans;
  return {channels, responses, common_axis(responses, grid.frequency_hz()), Extrapolation::kNone, plans};
}

/// The redraws as they are defined: channels, and within each seats, with replacement; their mean, moved by the
/// published spread where a channel has one seat; less the target.
std::vector<Eigen::ArrayXd> redrawn_one_by_one(const std::vector<std::vector<Curve>>& channels,
                                               const Eigen::ArrayXd& wanted_db, int draws, std::uint64_t seed) {
  RandomNumbers random(seed);
  const Eigen::MatrixXd spread = reseat_spread_parts(channels.front().front().frequency_hz());
  std::vector<Eigen::ArrayXd> errors;
  for (int draw = 0; draw < draws; ++draw) {
    Eigen::ArrayXd sum = Eigen::ArrayXd::Zero(wanted_db.size());
    for (std::size_t i = 0; i < channels.size(); ++i) {
      const std::vector<Curve>& drawn = channels[random.below(channels.size())];
      Eigen::ArrayXd mean = Eigen::ArrayXd::Zero(wanted_db.size());
      if (drawn.size() == 1) {
        mean = drawn.front().magnitude_db();
        for (Eigen::Index band = 0; band < spread.cols(); ++band) mean += spread.col(band).array() * random.gaussian();
      } else {
        for (std::size_t k = 0; k < drawn.size(); ++k) mean += drawn[random.below(drawn.size())].magnitude_db();
        mean /= static_cast<double>(drawn.size());
      }
      sum += mean;
    }
    errors.emplace_back(sum / static_cast<double>(channels.size()) - wanted_db);
  }
  return errors;
}

class EveryModelsRedraws : public testing::TestWithParam<std::string> {};

std::vector<std::string> model_ids() {
  std::vector<std::string> ids;
  for (const ScoringModel& model : scoring_models()) ids.emplace_back(model.id);
  return ids;
}

INSTANTIATE_TEST_SUITE_P(Shelf, EveryModelsRedraws, testing::ValuesIn(model_ids()), [](const auto& parameter) {
  std::string name = parameter.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST_P(EveryModelsRedraws, AreTheScoresOfTheRedrawnCurves) {
  const ScoringModel& model = scoring_model(GetParam());
  const LogGrid grid = model.grid();
  const std::vector<std::vector<std::size_t>> seatings = {{1}, {1, 1}, {3}, {2, 1}, {4, 5}};
  for (std::size_t seating = 0; seating < seatings.size(); ++seating) {
    const std::vector<std::size_t>& counts = seatings[seating];
    const Eigen::ArrayXd wanted_db = seats(100 + seating, 1, grid).front().magnitude_db();
    std::vector<std::vector<Curve>> by_channel;
    std::vector<Curve> all;
    std::vector<Channel> channels;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      by_channel.push_back(seats(7 * seating + i, counts[i], grid));
      all.insert(all.end(), by_channel.back().begin(), by_channel.back().end());
      channels.insert(channels.end(), counts[i], i == 0 ? Channel::kLeft : Channel::kRight);
    }
    const SeatCurves seat_curves = seated(channels, all, grid);
    const Eigen::MatrixXd seat_parts = seat_curves.error_parts(wanted_db);
    const Eigen::MatrixXd spread = reseat_spread_parts(grid.frequency_hz());
    RandomNumbers random(5);
    ASSERT_EQ(seat_curves.seats_per_channel(), counts);
    const Eigen::MatrixXd weights = redrawn_weights(counts, 100, random);
    const Eigen::ArrayXd values = values_of_sums(model, grid.frequency_hz(), spread, weights)(seat_parts);
    const std::vector<Eigen::ArrayXd> errors = redrawn_one_by_one(by_channel, wanted_db, 100, 5);
    for (std::size_t i = 0; i < errors.size(); ++i) {
      const double expected = value_of(model, Curve(grid.frequency_hz(), errors[i]));
      EXPECT_NEAR(values[static_cast<Eigen::Index>(i)], expected, 1e-9) << "seating " << seating << ", draw " << i;
    }
  }
}

TEST(RedrawnWeights, AreThoseOfAMeanOfSeats) {
  RandomNumbers random(1);
  const Eigen::MatrixXd weights = redrawn_weights({3, 2}, 100, random);
  ASSERT_EQ(weights.cols(), 5 + 7);
  EXPECT_TRUE((weights.col(0).array() == 1.0).all());
  EXPECT_GE(weights.middleCols(1, 4).minCoeff(), 0.0);
  EXPECT_LE(weights.middleCols(1, 4).rowwise().sum().maxCoeff(), 1.0 + 1e-12);
  EXPECT_TRUE((weights.rightCols(7).array() == 0.0).all()) << "several seats tell the spread themselves";
}

TEST(RedrawnWeights, MoveOneSeatByThePublishedSpread) {
  const LogGrid grid = LogGrid::per_octave(24.0, {20.0, 20000.0});
  const Eigen::MatrixXd spread = reseat_spread_parts(grid.frequency_hz());
  constexpr int kDraws = 4000;
  RandomNumbers random(1);
  const Eigen::MatrixXd weights = redrawn_weights({1}, kDraws, random);
  const Eigen::MatrixXd moved = spread * weights.rightCols(spread.cols()).transpose();
  const Eigen::ArrayXd sd_db = (moved.array().square().rowwise().sum() / kDraws).sqrt();
  const Eigen::Index at_4k = (grid.frequency_hz() < 4242.6).count() - 1;
  EXPECT_NEAR(sd_db[0], 0.45, 0.03);      // 20-60 Hz
  EXPECT_NEAR(sd_db[at_4k], 0.48, 0.03);  // 3-6 kHz
  EXPECT_NEAR(sd_db[sd_db.size() - 1], 1.89, 0.1);
}

TEST(MeanAbsolutes, IsTheMeanOfEverySum) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Eigen::MatrixXd rows = 3.0 * random_weights(seed, 50, 6);
    rows.col(0).array() += seed % 2 == 0 ? 10.0 : 0.0;  // no row, or some, can change its sign
    const Eigen::RowVectorXd centre = random_weights(seed + 50, 1, 6);
    Eigen::MatrixXd weights = random_weights(seed + 100, 20, 6);
    weights.col(0).setConstant(0.7);
    const Eigen::ArrayXd means = mean_absolutes(rows, centre, weights, static_cast<Eigen::Index>(seed % 7));
    for (Eigen::Index i = 0; i < weights.rows(); ++i) {
      const Eigen::VectorXd sums = (rows.rowwise() - centre) * weights.row(i).transpose();
      EXPECT_NEAR(means[i], sums.cwiseAbs().mean(), 1e-12);
    }
  }
}

TEST(AbsoluteSums, AreTheSameToTheLastBitOnEveryCpu) {
  if (avx2_absolute_sums() == nullptr || absolute_sums() != avx2_absolute_sums()) GTEST_SKIP() << "no AVX2 here";
  constexpr std::size_t kRows = 9;
  constexpr std::size_t kDraws = 3 * kDrawsAtOnce;
  for (std::size_t parts = 0; parts < 7; ++parts) {
    const Eigen::MatrixXd base = random_weights(parts, kRows, 1);
    const Eigen::MatrixXd coefficients = random_weights(parts + 10, static_cast<Eigen::Index>(parts * kRows), 1);
    const Eigen::MatrixXd weights = random_weights(parts + 20, kDraws, static_cast<Eigen::Index>(parts + 1));
    std::vector<const double*> columns;
    for (std::size_t k = 0; k < parts; ++k) columns.push_back(weights.col(static_cast<Eigen::Index>(k)).data());
    const double* const centres = weights.col(weights.cols() - 1).data();
    const AbsoluteSums sums{base.data(), coefficients.data(), kRows, parts, columns.data(), centres, kDraws};
    Eigen::ArrayXd portable = Eigen::ArrayXd::Ones(kDraws);
    Eigen::ArrayXd avx2 = portable;
    portable_absolute_sums()(sums, portable.data());
    avx2_absolute_sums()(sums, avx2.data());
    EXPECT_TRUE((portable == avx2).all()) << parts << " parts";
    EXPECT_GT(portable.minCoeff(), 1.0);
  }
}

TEST(ScoringContext, LeavesNoProductsResultInTheNext) {
  // Axes, bands and seatings that differ from product to product; each product again behind all others.
  ScoreOptions options;
  options.form = FormFactor::kOverEar;
  options.models = {"harman-oe-2018", "autoeq-oe", "mean-absolute-error"};
  options.policy = bundled_policy("audioreview-2026");
  ScoringContext context(options);
  std::vector<Product> products;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const double points = 12.0 + static_cast<double>(seed % 40);
    const LogGrid grid = LogGrid::per_octave(points, {18.0 + static_cast<double>(seed % 7), 20500.0});
    Product product;
    product.name = "product " + std::to_string(seed);
    for (const Curve& curve : seats(seed, 1 + seed % 3, grid)) {
      Measurement::Fields fields;
      fields.path = "a file";
      fields.response = curve;
      product.measurements.emplace_back(std::move(fields));
    }
    products.push_back(std::move(product));
  }
  for (const std::size_t round : {0U, 1U}) {
    for (const Product& product : products) {
      const Outcome shared = scored(product, context);
      const Outcome alone = scored(product, options);
      ASSERT_EQ(shared.preference.size(), 3U) << round << product.name;
      for (std::size_t i = 0; i < shared.preference.size(); ++i) {
        EXPECT_EQ(shared.preference[i].value(), alone.preference[i].value());
        EXPECT_EQ(shared.preference[i].fields().interval->low, alone.preference[i].fields().interval->low);
        EXPECT_EQ(shared.preference[i].fields().interval->high, alone.preference[i].fields().interval->high);
      }
      EXPECT_EQ(shared.scientific_validity->value(), alone.scientific_validity->value());
      EXPECT_EQ(shared.analysis->tilt_db_per_octave, alone.analysis->tilt_db_per_octave);
    }
  }
}

}  // namespace
}  // namespace headscore
