// Outcome: for each product a set of scores, or the reason why there is none. A batch of n products has n outcomes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headscore/curve.hpp"
#include "headscore/curve_analysis.hpp"
#include "headscore/error.hpp"
#include "headscore/measurement.hpp"
#include "headscore/score.hpp"

namespace headscore {

/// Why there is no score; the parts of an Error, kept as a value.
struct Failure {
  std::string code;
  std::string message;
};

/// What became of one input file.
struct FileRecord {
  std::string path;
  std::optional<std::string> sha256;
  Channel channel = Channel::kUnknown;
  std::optional<int> seat;
  std::size_t points = 0;
  bool has_response = true;  ///< false: distortion alone, no seat of its own
  std::string dialect;
  std::vector<Warning> warnings;
  std::optional<Failure> error;
};

/// The settings that a score was made with; every report echoes them.
struct Settings {
  std::string target;  ///< name, with tilt and shelves, or path
  std::string target_rig;
  std::string rig;          ///< id, or "unknown"
  std::string rig_source;   ///< "option", "sidecar", "none"
  std::string form;         ///< "over-ear", "in-ear", "unknown"
  std::string form_source;  ///< "option", "sidecar", "phone-book", "target", "none"
  std::string grid;
  std::string alignment;
  std::string smoothing;  ///< of the curves shown
  std::string policy;     ///< id and version
};

/// Curves for pictures, all on the display grid (as far as covered).
struct DisplayCurves {
  std::optional<Curve> left;  ///< mean of the left seats, aligned to the target
  std::optional<Curve> right;
  Curve response;  ///< mean of L and R, aligned
  Curve target;
  Curve error;
};

enum class RigVerdict { kScored, kOffTraining, kRefused };

[[nodiscard]] std::string_view to_string(RigVerdict verdict);  ///< "scored", "off-training", "refused"

struct Outcome {
  std::string product;
  std::vector<FileRecord> files;
  Settings settings;
  RigVerdict rig_verdict = RigVerdict::kScored;
  std::vector<Reason> reasons;               ///< about the product as a whole: rig, form, grouping, bands not covered
  std::vector<Score> preference;             ///< one a model, in the order asked for
  std::vector<Failure> preference_failures;  ///< models that refused, "model-id: why"
  std::optional<Score> scientific_validity;
  std::optional<Score> cost_performance;
  std::optional<Score> overall;
  std::optional<CurveAnalysis> analysis;
  std::optional<ChannelDifference> channels;
  std::vector<ReseatSpread> reseats;  ///< one a channel that has at least two seats
  std::optional<DisplayCurves> curves;
  std::optional<Failure> error;  ///< set when there is no preference score; validity may still be there
};

}  // namespace headscore
