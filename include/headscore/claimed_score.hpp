// A published preference number, recomputed under every named convention.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "headscore/measurement.hpp"
#include "headscore/product.hpp"
#include "headscore/target.hpp"

namespace headscore {

/// One way in which the number may have been computed, and what it gives.
struct Recomputation {
  std::string
      convention;  ///< "harman-oe-2018", "autoeq-oe", "rust-autoeq", "responserank", "squig-rank", "log10-slope"
  std::string title;
  std::string fault;  ///< what is wrong with the convention; empty for the published models
  std::string target;
  std::string channel;          ///< "mean", "left", "right"
  std::optional<double> value;  ///< absent: the convention refused
  std::string refusal;
  double difference = 0.0;   ///< value - claimed
  bool reproduces = false;   ///< the value rounds to what is claimed, at its printed precision, and nothing speaks
                             ///< against it
  bool coincidence = false;  ///< the value rounds to what is claimed, but see `implausible`
  std::string implausible;   ///< why the number was hardly computed so; empty where it may have been
};

struct ClaimedScoreOptions {
  double claimed = 0.0;
  int decimals = 0;                ///< that the claim is printed with
  std::optional<FormFactor> form;  ///< absent: the product's, else both
  std::vector<Target> targets;     ///< empty: every bundled target of the form
};

/// Every convention with every target and channel, those that reproduce the claim first, then coincidences, then
/// nearest first. Plausible is a convention of the product's form, with a Harman target of that form or one of
/// `options.targets`, on the mean of both channels or on the only one that there is. Where dozens of combinations are
/// tried some hit a round number by chance: an implausible hit does not count as reproduced. The published models are
/// those of scoring_models(); the conventions that deviate from them (see docs/verify.md) are named with their fault
/// and are no models. Never throws for what a measurement holds.
[[nodiscard]] std::vector<Recomputation> recomputations(const Product& product, const ClaimedScoreOptions& options);

}  // namespace headscore
