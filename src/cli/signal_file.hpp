// What `sweep generate` and `tones generate` share: the file, its format, its channels and its sidecar.
#pragma once

#include <boost/program_options.hpp>
#include <string>
#include <vector>

#include "headscore/audio.hpp"
#include "headscore/test_signal.hpp"

namespace headscore::cli {

/// A number's option with its default as people write it.
[[nodiscard]] boost::program_options::typed_value<double>* number_option(double default_value);

/// --rate, --silence-..., --channel, --channels, --samples, --container, --dither, --sidecar; the defaults are those of
/// the parameters' fields.
template <typename Fields>
void add_signal_options(boost::program_options::options_description& options, const Fields& defaults);

/// `fields` with rate, silences and channels from the options of add_signal_options.
template <typename Fields>
[[nodiscard]] Fields with_surroundings(Fields fields, const boost::program_options::variables_map& values);

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

/// Parameters from their fields; what contradicts itself is told as a wrong command line (UsageError).
template <typename Parameters>
[[nodiscard]] Parameters checked_parameters(const typename Parameters::Fields& fields);

}  // namespace headscore::cli
