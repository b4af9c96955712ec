// Any bytes are a measurement that holds what Measurement promises, or are refused with an Error. Nothing else.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "headscore/curve.hpp"
#include "headscore/error.hpp"
#include "headscore/measurement.hpp"
#include "headscore/reader.hpp"

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

void check_increasing(const Eigen::ArrayXd& frequency_hz) {
  double last = 0.0;
  for (const double f : frequency_hz) {
    require(std::isfinite(f) && f > last, "frequencies are finite, positive and strictly increasing");
    last = f;
  }
}

void check(const headscore::Measurement& read) {
  require(read.response() || read.distortion(), "a measurement holds a response or distortion");
  require(!read.fields().columns.empty(), "each kept column is named");
  if (const std::optional<headscore::Curve>& response = read.response()) {
    check_increasing(response->frequency_hz());
    require(response->size() >= 2, "a response has two rows");
    require(response->magnitude_db().size() == response->size(), "as many levels as frequencies");
    require(response->magnitude_db().isFinite().all(), "levels are finite");
    require(read.points() == static_cast<std::size_t>(response->size()), "points() counts the rows kept");
    if (read.fields().phase_rad) require(read.fields().phase_rad->size() == response->size(), "one phase a row");
  }
  if (read.distortion()) {
    check_increasing(read.distortion()->columns().frequency_hz);
    for (const headscore::Harmonic& harmonic : read.distortion()->columns().harmonics) {
      require(harmonic.level_ratio.size() == read.distortion()->size(), "one ratio a row");
      require(harmonic.order >= 2, "harmonics begin at the second");
    }
  }
  for (const headscore::Warning& warning : read.warnings()) {
    require(!warning.code.empty() && !warning.message.empty(), "a warning has a code and a message");
  }
}

/// Scores do not ask for the phase: that must not change what is read.
void check_without_phase(std::string_view bytes, const headscore::Measurement& read) {
  headscore::ReadOptions options;
  options.phase = false;
  const headscore::Measurement skipped = headscore::parsed_measurement(bytes, "fuzz.txt", options);
  require(skipped.points() == read.points(), "as many rows without the phase");
  require(skipped.response().has_value() == read.response().has_value(), "a response without the phase too");
  if (!read.response()) return;
  require((skipped.response()->frequency_hz() == read.response()->frequency_hz()).all(),
          "the same frequencies without the phase");
  require((skipped.response()->magnitude_db() == read.response()->magnitude_db()).all(),
          "the same levels without the phase");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const headscore::Measurement read = headscore::parsed_measurement(bytes, "fuzz.txt");
    check(read);
    try {
      check_without_phase(bytes, read);
    } catch (const headscore::Error&) {
      require(false, "nothing is refused for want of its phase");
    }
  } catch (const headscore::Error& error) {
    require(!error.code().empty(), "an error has a code");
  }
  return 0;
}
