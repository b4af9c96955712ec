// Measurement: what one file said, and where it came from. Nothing in it is computed from the curve.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "headscore/curve.hpp"
#include "headscore/distortion.hpp"
#include "headscore/error.hpp"

namespace headscore {

enum class Channel { kUnknown, kLeft, kRight };
enum class FormFactor { kOverEar, kInEar };  ///< On-ear counts as over-ear (AES 144, paper 9919); earbuds as in-ear.
enum class Weighting { kNone, kA, kC };

[[nodiscard]] std::string_view to_string(Channel channel);      ///< "unknown", "L", "R"
[[nodiscard]] std::string_view to_string(FormFactor form);      ///< "over-ear", "in-ear"
[[nodiscard]] std::string_view to_string(Weighting weighting);  ///< "none", "A", "C"
[[nodiscard]] std::optional<FormFactor> form_factor_from(
    std::string_view text);  ///< also "on-ear", "iem", "earbud", ...

/// What the file's own text said about the measurement. Absent means that the file does not say.
struct Provenance {
  std::string dialect;                  ///< id of the reader's dialect: "rew", "audiotools", "autoeq-csv", ...
  std::string encoding;                 ///< "UTF-8", "UTF-16LE", "CP1251", ...
  std::string delimiter;                ///< "tab", "space", "comma", "semicolon"
  std::optional<std::string> producer;  ///< program and version
  std::optional<std::string> source;    ///< REW "Source:"
  std::optional<std::string> format;    ///< REW "Format:"
  std::optional<std::string> dated;     ///< the text as it stands; eight date styles are in use
  std::optional<std::string> title;     ///< REW "Measurement:", AudioTools title line
  std::optional<std::string> note;
  std::optional<std::string> frequency_step;  ///< the text as it stands: "96 ppo", "0.366 Hz"
  std::string smoothing = "unknown";          ///< "none", "1/12 octave", "psychoacoustic", "unknown"
  std::optional<double> smoothing_octaves;    ///< width in octaves, 0 for none, where the text says it
  Weighting weighting = Weighting::kNone;
  Channel channel = Channel::kUnknown;    ///< that a recording's channel or a column's head names
  std::optional<double> target_level_db;  ///< REW "Target level"
  std::optional<double> level_spl_db;     ///< drive level, re 20 uPa
  std::optional<double> sensitivity_db;   ///< miniDSP "Sens Factor"
};

/// Where the measurement belongs, from its name, a phone book or a sidecar.
struct Identity {
  std::string product;  ///< "Sony MDR-1AM2"; the file's stem without its channel and seat otherwise
  Channel channel = Channel::kUnknown;
  std::optional<int> seat;  ///< 1-based number of the reseat
};

/// What one file said. Copyable and immutable.
class Measurement {
 public:
  struct Fields {
    std::string path;                   ///< as the caller gave it
    std::optional<std::string> sha256;  ///< of the bytes, 64 lower-case hex digits, where asked for
    Provenance provenance;
    Identity identity;
    std::vector<std::string>
        columns;  ///< what each kept column was understood as: "frequency", "spl", "phase", "thd", ...
    std::optional<Curve> response;            ///< rows kept; absent in a file of distortion ratios alone
    std::optional<Eigen::ArrayXd> phase_rad;  ///< (n) of response
    std::optional<DistortionSpectrum> distortion;
    bool compensated = false;  ///< the data are already relative to a target
    std::vector<Warning> warnings;
  };

  /// Throws Error("not-a-measurement") without a response and without distortion, or when phase and response differ in
  /// shape.
  explicit Measurement(Fields fields);

  [[nodiscard]] const Fields& fields() const& noexcept { return fields_; }
  [[nodiscard]] Fields fields() && { return std::move(fields_); }  ///< of a measurement that is given up
  [[nodiscard]] const std::string& path() const noexcept { return fields_.path; }
  [[nodiscard]] const Provenance& provenance() const noexcept { return fields_.provenance; }
  [[nodiscard]] const Identity& identity() const noexcept { return fields_.identity; }
  [[nodiscard]] const std::optional<Curve>& response() const noexcept { return fields_.response; }
  [[nodiscard]] const std::optional<DistortionSpectrum>& distortion() const noexcept { return fields_.distortion; }
  [[nodiscard]] const std::vector<Warning>& warnings() const noexcept { return fields_.warnings; }
  /// Rows kept.
  [[nodiscard]] std::size_t points() const noexcept;

 private:
  Fields fields_;
};

}  // namespace headscore
