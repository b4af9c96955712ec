// What of a batch's options decides about its results, as a hash.
#pragma once

#include "headscore/pipeline.hpp"
#include "headscore/sound.hpp"
#include "io/content_hash.hpp"

namespace headscore {

/// Adds every option: results under other options have another identity, whoever set them.
void add_options(ContentHash& hash, const ScoreOptions& options);

/// The same for recordings, with the bytes of the sweep's file and of its sidecar. Throws Error("unreadable").
void add_options(ContentHash& hash, const SoundOptions& options);

}  // namespace headscore
