// The JSON that stands beside a test signal: what the signal is, exactly. docs/signals.md describes its keys.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "headscore/test_signal.hpp"

namespace headscore {

/// Version of the schema that is written and read.
constexpr int kSignalSidecarVersion = 1;

/// "sweep.wav" -> "sweep.wav.json".
[[nodiscard]] std::filesystem::path signal_sidecar_path(const std::filesystem::path& audio);

/// The sidecar beside an audio file: "sweep.wav.json", else "sweep.json"; nullopt when neither is there.
[[nodiscard]] std::optional<std::filesystem::path> found_signal_sidecar(const std::filesystem::path& audio);

/// Writes the sidecar of a signal as JSON. Reading it back gives bit for bit the same numbers.
void write_signal_sidecar(std::ostream& out, const TestSignal& signal);

/// Strict: text that is not JSON, an unknown or missing key, a value of another kind or another version throws
/// Error("bad-signal-sidecar") with line and column; parameters that contradict themselves throw Error("bad-sweep") or
/// Error("bad-tones").
[[nodiscard]] TestSignal parsed_signal_sidecar(std::string_view text, const std::string& name);

/// The same from a file: the sidecar itself. Throws what reading throws ("missing-file", ...).
[[nodiscard]] TestSignal read_signal_sidecar(const std::filesystem::path& path);

}  // namespace headscore
