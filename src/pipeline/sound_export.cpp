#include "headscore/sound_export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <ostream>
#include <vector>

#include "headscore/audio.hpp"
#include "headscore/interpolation.hpp"
#include "headscore/reader.hpp"
#include "io/text_format.hpp"

namespace headscore {
namespace {

using nlohmann::ordered_json;

constexpr double kRadiansToDegrees = 180.0 / std::numbers::pi;

std::string header(const SoundAnalysis& analysis, std::size_t channel, const char* kind, double step,
                   const std::string& note) {
  const ChannelAnalysis& own = analysis.channels[channel];
  return fmt::format(
      "* {} in the layout of a REW V5.20 text export, measured by headscore\n* Source: {}, channel {}, sweep {}\n* "
      "Format: {}\n"
      "* REW Settings:\n*  C-weighting compensation: Off\n* Note: {}\n* Measurement: {}\n* Smoothing: None\n* "
      "Frequency Step: {:g} ppo\n"
      "* Start Frequency: {:.3f} Hz\n*\n",
      kind, printable(file_name(analysis.path)), own.channel, printable(analysis.sweep), analysis.format, note,
      printable(channel_title(analysis, channel)), step, own.response.frequency_hz()[0]);
}

const DistortionSpectrum& distortion_of(const ChannelAnalysis& channel, const std::string& path) {
  if (!channel.distortion)
    throw Error("no-distortion", {path}, "a recording without a distortion measurement", "a recorded sweep");
  return *channel.distortion;
}

double step_of(const Eigen::ArrayXd& frequency_hz) {
  return std::round(1.0 / std::log2(frequency_hz[1] / frequency_hz[0]));
}

std::string percent(double ratio) { return std::isfinite(ratio) ? fmt::format("{:.6f}", 100.0 * ratio) : "NaN"; }

ordered_json numbers(const Eigen::ArrayXd& values, double digits = 1e6) {
  ordered_json array = ordered_json::array();
  for (const double value : values)
    array.push_back(std::isfinite(value) ? ordered_json(std::round(value * digits) / digits) : ordered_json());
  return array;
}

ordered_json ratios(const Eigen::ArrayXd& values) {
  ordered_json array = ordered_json::array();
  for (const double value : values) array.push_back(std::isfinite(value) ? ordered_json(value) : ordered_json());
  return array;
}

ordered_json json_of(const std::vector<Warning>& warnings) {
  ordered_json array = ordered_json::array();
  for (const Warning& warning : warnings) array.push_back({{"code", warning.code}, {"message", warning.message}});
  return array;
}

/// `steady_from_hz`: of H2, H3, ..., or empty.
ordered_json json_of(const DistortionSpectrum& distortion, const std::vector<double>& steady_from_hz) {
  const DistortionSpectrum::Columns& columns = distortion.columns();
  ordered_json object;
  object["drive_level_dbfs"] = columns.drive_level_dbfs ? ordered_json(*columns.drive_level_dbfs) : ordered_json();
  object["complete_to_hz"] = columns.complete_to_hz ? ordered_json(*columns.complete_to_hz) : ordered_json();
  object["band_stop_hz"] = columns.band_stop_hz ? ordered_json(*columns.band_stop_hz) : ordered_json();
  object["frequency_hz"] = numbers(columns.frequency_hz);
  object["fundamental_db"] = numbers(*columns.fundamental_db);
  object["thd_ratio"] = ratios(distortion.thd_ratio());
  object["thd_noise_limit"] = ratios(*columns.thd_noise_limit);
  ordered_json limited = ordered_json::array();
  for (const bool value : distortion.noise_limited()) limited.push_back(value);
  object["thd_at_most"] = std::move(limited);
  const std::optional<Eigen::ArrayXd> sum = distortion.thd_plus_noise_ratio();
  object["thd_plus_noise_ratio"] = sum ? ratios(*sum) : ordered_json();
  for (const Harmonic& harmonic : columns.harmonics) {
    const auto place = static_cast<std::size_t>(harmonic.order - 2);
    object["harmonics"].push_back(
        {{"order", harmonic.order},
         {"steady_from_hz",
          place < steady_from_hz.size() ? ordered_json(std::round(steady_from_hz[place] * 1e6) / 1e6) : ordered_json()},
         {"level_ratio", ratios(harmonic.level_ratio)},
         {"noise_limit", ratios(*harmonic.noise_limit)}});
  }
  return object;
}

const char* basis_name(ClockDrift::Basis basis) {
  switch (basis) {
    case ClockDrift::Basis::kGiven:
      return "given";
    case ClockDrift::Basis::kRepeats:
      return "repeats";
    case ClockDrift::Basis::kExcessDelay:
      return "excess-delay";
    case ClockDrift::Basis::kUnknown:
      break;
  }
  return "unknown";
}

ordered_json json_of(const ChannelAnalysis& channel, Channel side) {
  ordered_json object;
  object["channel"] = channel.channel;
  object["side"] = side == Channel::kUnknown ? ordered_json() : ordered_json(to_string(side));
  object["start_s"] = channel.start_s;
  object["repeats"] = channel.repeats;
  object["inverted"] = channel.inverted;
  object["peak_to_noise_db"] = channel.peak_to_noise_db;
  object["rt30_s"] = channel.rt30_s ? ordered_json(*channel.rt30_s) : ordered_json();
  object["drift"] = {{"ppm", channel.drift.ppm},
                     {"uncertainty_ppm", channel.drift.uncertainty_ppm},
                     {"basis", basis_name(channel.drift.basis)},
                     {"corrected", channel.drift.corrected}};
  for (const OctaveGate& gate : channel.gates) {
    object["gates"].push_back({{"start_hz", gate.band.start_hz},
                               {"stop_hz", gate.band.stop_hz},
                               {"before_s", gate.before_s},
                               {"behind_s", gate.behind_s}});
  }
  object["level_unit"] = channel.level_is_spl ? "dB SPL" : "dBFS";
  object["frequency_hz"] = numbers(channel.response.frequency_hz());
  object["level_db"] = numbers(channel.level_db);
  object["phase_deg"] = numbers(channel.response.phase_rad() * kRadiansToDegrees);
  object["group_delay_s"] = numbers(channel.response.group_delay_s(), 1e9);
  object["snr_db"] = channel.snr_db ? numbers(*channel.snr_db, 100.0) : ordered_json();
  object["distortion"] = channel.distortion ? json_of(*channel.distortion, channel.steady_from_hz) : ordered_json();
  object["warnings"] = json_of(channel.warnings);
  return object;
}

}  // namespace

std::string channel_title(const SoundAnalysis& analysis, std::size_t channel) {
  const Identity identity = identity_from_name(analysis.path);
  const Channel side = analysis.sides[channel];
  std::string title = identity.product;
  if (side != Channel::kUnknown) {
    title += " " + std::string(to_string(side));
    if (identity.seat) title += std::to_string(*identity.seat);
  } else if (analysis.channels.size() > 1) {
    title += fmt::format(" channel {}", analysis.channels[channel].channel);
  }
  return title;
}

void write_response_text(std::ostream& out, const SoundAnalysis& analysis, std::size_t channel) {
  const ChannelAnalysis& own = analysis.channels[channel];
  const Eigen::ArrayXd& frequency_hz = own.response.frequency_hz();
  out << header(analysis, channel, "Measurement data", step_of(frequency_hz),
                own.level_is_spl ? "levels in dB SPL" : "levels in dBFS, 0 dB: a sine that peaks at full scale")
      << "* Freq(Hz)\tSPL(dB)\tPhase(degrees)\n";
  const Eigen::ArrayXd phase = own.response.phase_rad() * kRadiansToDegrees;
  for (Eigen::Index i = 0; i < frequency_hz.size(); ++i)
    out << fmt::format("{:.6f}\t{:.4f}\t{:.4f}\n", frequency_hz[i], own.level_db[i], phase[i]);
}

void write_distortion_text(std::ostream& out, const SoundAnalysis& analysis, std::size_t channel) {
  const DistortionSpectrum& distortion = distortion_of(analysis.channels[channel], analysis.path);
  const DistortionSpectrum::Columns& columns = distortion.columns();
  const Eigen::ArrayXd thd = distortion.thd_ratio();
  const auto limited = static_cast<int>(distortion.noise_limited().cast<int>().sum());
  out << header(analysis, channel, "Distortion data", step_of(columns.frequency_hz),
                fmt::format("Noise(%) is the noise limit: {} of {} rows of THD are not above it and mean \"at most\"",
                            limited, distortion.size()))
      << "* Freq(Hz)\tFundamental(dB)\tTHD(%)\tNoise(%)";
  for (const Harmonic& harmonic : columns.harmonics) out << "\tH" << harmonic.order << "(%)";
  out << "\n";
  for (Eigen::Index i = 0; i < distortion.size(); ++i) {
    out << fmt::format("{:.6f}\t{:.4f}\t{}\t{}", columns.frequency_hz[i], (*columns.fundamental_db)[i], percent(thd[i]),
                       percent((*columns.thd_noise_limit)[i]));
    for (const Harmonic& harmonic : columns.harmonics) out << "\t" << percent(harmonic.level_ratio[i]);
    out << "\n";
  }
}

void write_autoeq_csv(std::ostream& out, const SoundAnalysis& analysis, std::size_t channel) {
  const ChannelAnalysis& own = analysis.channels[channel];
  const Curve measured(own.response.frequency_hz(), own.level_db);
  const Curve curve = interpolated(measured, LogGrid::autoeq());
  const double at_1k = level_at(measured, 1000.0).value_or(0.0);
  out << "frequency,raw\n";
  for (Eigen::Index i = 0; i < curve.size(); ++i)
    out << fmt::format("{:.2f},{:.2f}\n", curve.frequency_hz()[i], curve.magnitude_db()[i] - at_1k + 0.0);
}

void write_sound_json(std::ostream& out, std::span<const SoundAnalysis> analyses) {
  ordered_json document;
  document["schema"] = "headscore-sound-1";
  document["recordings"] = ordered_json::array();
  for (const SoundAnalysis& analysis : analyses) {
    ordered_json object;
    object["path"] = printable(analysis.path);
    object["format"] = analysis.format;
    object["sweep"] = printable(analysis.sweep);
    object["drive_level_dbfs"] = analysis.drive_level_dbfs ? ordered_json(*analysis.drive_level_dbfs) : ordered_json();
    object["channels"] = ordered_json::array();
    for (std::size_t i = 0; i < analysis.channels.size(); ++i)
      object["channels"].push_back(json_of(analysis.channels[i], analysis.sides[i]));
    object["refused"] = ordered_json::array();
    for (const Error& error : analysis.refused)
      object["refused"].push_back({{"code", error.code()}, {"message", error.what()}});
    object["warnings"] = json_of(analysis.warnings);
    document["recordings"].push_back(std::move(object));
  }
  out << document.dump(1) << "\n";
}

void write_impulse_wav(const std::string& file, const SoundAnalysis& analysis, std::size_t channel) {
  const ImpulseResponse& impulse = analysis.channels[channel].impulse;
  AudioClip::Fields fields;
  fields.sample_rate_hz = impulse.sample_rate_hz();
  fields.samples = impulse.samples();
  write_audio(file, AudioClip(std::move(fields)), {AudioContainer::kWav, SampleFormat::kFloat32});
}

namespace {

std::string db_text(double ratio) { return fmt::format("{:.1f} dB", 20.0 * std::log10(std::max(ratio, 1e-12))); }

/// "0.042 % (-67.5 dB)" or "<= 0.002 % (-94.0 dB), noise-limited".
std::string ratio_text(double ratio, double limit, bool limited) {
  const double value = limited ? std::max(ratio, limit) : ratio;
  return fmt::format("{}{} % ({}){}", limited ? "<= " : "", significant(100.0 * value, 3), db_text(value),
                     limited ? ", noise-limited" : "");
}

/// "; THD+N 0.03 %": a bound where THD is one, so that it never reads as less than THD.
std::string with_noise_text(const DistortionSpectrum& distortion, Eigen::Index row, bool limited) {
  const DistortionSpectrum::Columns& columns = distortion.columns();
  const double thd =
      limited ? std::max(distortion.thd_ratio()[row], (*columns.thd_noise_limit)[row]) : distortion.thd_ratio()[row];
  return fmt::format("; THD+N {}{} %", limited ? "<= " : "",
                     significant(100.0 * std::hypot(thd, (*columns.noise_ratio)[row]), 3));
}

void write_distortion_lines(std::ostream& out, const DistortionSpectrum& distortion) {
  const DistortionSpectrum::Columns& columns = distortion.columns();
  const Eigen::ArrayXd thd = distortion.thd_ratio();
  const auto limited = distortion.noise_limited();
  const std::optional<Eigen::ArrayXd> with_noise = distortion.thd_plus_noise_ratio();
  out << "  distortion     at     THD\n";
  for (const double f : {50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0}) {
    if (f < columns.frequency_hz[0] * 0.97 || f > columns.frequency_hz[columns.frequency_hz.size() - 1] * 1.03)
      continue;
    Eigen::Index row = 0;
    (columns.frequency_hz.log() - std::log(f)).abs().minCoeff(&row);
    out << fmt::format("        {:>10}     {}{}\n", frequency_text(f),
                       ratio_text(thd[row], (*columns.thd_noise_limit)[row], limited[row]),
                       with_noise ? with_noise_text(distortion, row, limited[row]) : "");
  }
  out << fmt::format("  H2..H{} are complete up to {}; nothing above {} was looked for\n",
                     columns.harmonics.back().order, frequency_text(columns.complete_to_hz.value_or(0.0)),
                     frequency_text(columns.band_stop_hz.value_or(0.0)));
}

void write_wrapped(std::ostream& out, const std::string& first, const std::string& text, int width) {
  bool head = true;
  for (const std::string& line : wrapped(text, width - static_cast<int>(first.size()))) {
    out << (head ? first : std::string(first.size(), ' ')) << line << "\n";
    head = false;
  }
}

void write_channel(std::ostream& out, const SoundAnalysis& analysis, std::size_t i, int width) {
  const ChannelAnalysis& channel = analysis.channels[i];
  const Eigen::ArrayXd& f = channel.response.frequency_hz();
  const Curve level(f, channel.level_db);
  out << fmt::format("\n{} (channel {})\n", printable(channel_title(analysis, i)), channel.channel);
  out << fmt::format("  response       {} to {}, {:.1f} {} at 1 kHz\n", frequency_text(f[0]),
                     frequency_text(f[f.size() - 1]), level_at(level, 1000.0).value_or(0.0),
                     channel.level_is_spl ? "dB SPL" : "dBFS");
  if (analysis.drive_level_dbfs) out << fmt::format("  drive level    {:.1f} dBFS\n", *analysis.drive_level_dbfs);
  if (channel.snr_db) {
    const Curve snr(f, *channel.snr_db);
    out << fmt::format("  above noise    {:.0f} dB at 100 Hz, {:.0f} dB at 1 kHz, {:.0f} dB at 10 kHz\n",
                       level_at(snr, 100.0).value_or(0.0), level_at(snr, 1000.0).value_or(0.0),
                       level_at(snr, 10000.0).value_or(0.0));
  }
  out << fmt::format("  impulse        starts at {:.4f} s, peak {:.1f} dB above noise{}{}\n", channel.start_s,
                     channel.peak_to_noise_db,
                     channel.rt30_s ? fmt::format(", RT30 {:.1f} ms", 1e3 * *channel.rt30_s) : "",
                     channel.inverted ? ", inverted" : "");
  if (channel.repeats > 1) out << fmt::format("  repeats        {} averaged\n", channel.repeats);
  if (channel.drift.basis != ClockDrift::Basis::kUnknown) {
    const ClockDrift& drift = channel.drift;
    const bool seen = drift.corrected || std::abs(drift.ppm) > 4.0 * drift.uncertainty_ppm;
    out << (seen ? fmt::format("  clock drift    {:+.1f} ppm (+-{:.1f}, by {}){}\n", drift.ppm, drift.uncertainty_ppm,
                               basis_name(drift.basis), drift.corrected ? ", corrected" : ", left as it is")
                 : fmt::format("  clock drift    none seen (+-{:.0f} ppm, by {})\n", drift.uncertainty_ppm,
                               basis_name(drift.basis)));
  }
  const OctaveGate& low = channel.gates.front();
  const OctaveGate& high = channel.gates.back();
  out << fmt::format("  window         -{:.0f} to {:.0f} ms at {}, -{:.1f} to {:.1f} ms at {}\n", 1e3 * low.before_s,
                     1e3 * low.behind_s, frequency_text(low.band.start_hz), 1e3 * high.before_s, 1e3 * high.behind_s,
                     frequency_text(high.band.stop_hz));
  if (channel.distortion) write_distortion_lines(out, *channel.distortion);
  if (!channel.steady_from_hz.empty()) {
    const std::string lines = fmt::format(
        "where the nonlinearity lies behind a filter, H2 holds to 0.1 dB from {} on, H{} from {}: the sweep is too "
        "fast "
        "below",
        frequency_text(channel.steady_from_hz.front()), channel.steady_from_hz.size() + 1,
        frequency_text(channel.steady_from_hz.back()));
    write_wrapped(out, "  ", lines, width);
  }
  for (const Warning& warning : channel.warnings)
    write_wrapped(out, "  ! ", warning.message + " [" + warning.code + "]", width);
}

}  // namespace

void write_sound_summary(std::ostream& out, const SoundAnalysis& analysis, int width) {
  out << printable(analysis.path) << "\n";
  write_wrapped(out, "  ", analysis.format, width);
  write_wrapped(out, "  ", "sweep " + printable(analysis.sweep), width);
  for (const Warning& warning : analysis.warnings)
    write_wrapped(out, "  ! ", warning.message + " [" + warning.code + "]", width);
  for (std::size_t i = 0; i < analysis.channels.size(); ++i) write_channel(out, analysis, i, width);
  for (const Error& error : analysis.refused)
    write_wrapped(out, "  x ", std::string(error.what()) + " [" + error.code() + "]", width);
}

}  // namespace headscore
