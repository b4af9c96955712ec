// Options of recordings, shared by `measure` and `score`.
#pragma once

#include <boost/program_options.hpp>

#include "headscore/sound.hpp"

namespace headscore::cli {

/// --sweep, --window, --microphone, --rig-response, --full-scale-spl, --channels, --drift.
void add_sound_options(boost::program_options::options_description& options);

/// Throws UsageError for what cannot be understood, Error for a calibration that cannot be read.
[[nodiscard]] SoundOptions sound_options_of(const boost::program_options::variables_map& values);

}  // namespace headscore::cli
