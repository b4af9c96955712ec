// What a recording's analysis is written as.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <span>
#include <string>

#include "headscore/sound.hpp"

namespace headscore {

/// Text in the layout of REW's exports, one channel (0-based): frequency, level in dB SPL or dBFS, phase in degrees.
/// read_measurement reads it back.
void write_response_text(std::ostream& out, const SoundAnalysis& analysis, std::size_t channel);

/// REW's distortion columns: frequency, fundamental, THD, noise limit and H2..H9 in %. A row whose THD is not above its
/// noise limit is "at most"; a harmonic that was outside of the band is NaN. Throws Error("no-distortion") where none
/// was measured.
void write_distortion_text(std::ostream& out, const SoundAnalysis& analysis, std::size_t channel);

/// AutoEq's CSV: frequency,raw on its 695 frequencies as far as measured, 0 dB at 1 kHz.
void write_autoeq_csv(std::ostream& out, const SoundAnalysis& analysis, std::size_t channel);

/// Everything, as JSON: settings, figures, gates, curves, distortion with noise limits, warnings; one object a
/// recording.
void write_sound_json(std::ostream& out, std::span<const SoundAnalysis> analyses);

/// Impulse response as 32-bit float WAV; full scale is the response to one sample of 1.0.
void write_impulse_wav(const std::string& file, const SoundAnalysis& analysis, std::size_t channel);

/// Pictures of all channels: response with noise in it; THD and H2, H3 with noise limits; impulse with energy-time
/// curve.
void write_response_svg(std::ostream& out, const SoundAnalysis& analysis);
void write_distortion_svg(std::ostream& out, const SoundAnalysis& analysis);
void write_impulse_svg(std::ostream& out, const SoundAnalysis& analysis);

/// A summary in lines of at most `width` columns.
void write_sound_summary(std::ostream& out, const SoundAnalysis& analysis, int width = 80);

/// "X L", "X R", "X": the recording's stem with the channel's side.
[[nodiscard]] std::string channel_title(const SoundAnalysis& analysis, std::size_t channel);

}  // namespace headscore
