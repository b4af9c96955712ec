// What `sweep generate` and `tones generate` share: the file, its format, its channels and its sidecar.
#pragma once

#include <boost/program_options.hpp>
#include <string>
#include <vector>

#include "headscore/audio.hpp"
#include "headscore/test_signal.hpp"

namespace headscore::cli {

/// Fields that sweeps and tones share.
struct Surroundings {
  double sample_rate_hz = 48000.0;
  double silence_before_s = 0.0;
  double silence_between_s = 0.0;
  double silence_after_s = 0.0;
  int channel = 1;
  int channels = 1;
};

/// A number's option with its default as people write it.
[[nodiscard]] boost::program_options::typed_value<double>* number_option(double default_value);

/// --rate, --silence-..., --channel, --channels, --samples, --container, --dither, --sidecar.
void add_signal_options(boost::program_options::options_description& options, const Surroundings& defaults);

[[nodiscard]] Surroundings surroundings_of(const boost::program_options::variables_map& values);

/// Where the signal goes, and how.
struct SignalFile {
  std::string path;
  AudioFormat format;
  Dither dither = Dither::kNone;
  std::string sidecar;  ///< empty: none
};

/// From "generate FILE" and the options of add_signal_options. Throws UsageError, or Error("unwritable").
[[nodiscard]] SignalFile signal_file(const boost::program_options::variables_map& values, const std::string& command);

/// Writes sound and sidecar, and tells what was written and adjusted.
void write_signal(const SignalFile& file, const AudioClip& clip, const TestSignal& signal,
                  const std::vector<Warning>& adjustments);

/// `make` with parameters that contradict themselves told as a wrong command line.
template <typename Parameters>
[[nodiscard]] Parameters checked_parameters(const typename Parameters::Fields& fields);

}  // namespace headscore::cli
