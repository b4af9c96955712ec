// Any bytes as a recording of a known sweep: an analysis whose numbers are finite, or an Error with a code, in bounded
// time.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "headscore/audio.hpp"
#include "headscore/error.hpp"
#include "headscore/sweep_analysis.hpp"

namespace {

using namespace headscore;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

SweepParameters sweep(double rate, int repeats) {
  SweepParameters::Fields fields;
  fields.sample_rate_hz = rate;
  fields.start_hz = 0.005 * rate;
  fields.stop_hz = 0.45 * rate;
  fields.length_s = 1500.0 / rate;
  fields.fade_in_s = fields.fade_out_s = 20.0 / rate;
  fields.level_dbfs = -6.0;
  fields.repeats = repeats;
  fields.silence_before_s = fields.silence_between_s = fields.silence_after_s = 300.0 / rate;
  return SweepParameters(fields);
}

void check(const ChannelAnalysis& analysis) {
  require(analysis.level_db.isFinite().all(), "levels are finite");
  require(analysis.response.response().isFinite().all(), "the response is finite");
  require(analysis.impulse.samples().isFinite().all(), "the impulse response is finite");
  require(!analysis.gates.empty(), "a window was chosen");
  require(std::isfinite(analysis.peak_to_noise_db) && std::isfinite(analysis.drift.ppm), "figures are finite");
  if (analysis.snr_db) require(analysis.snr_db->isFinite().all(), "SNR is finite");
  for (const Warning& warning : analysis.warnings)
    require(!warning.code.empty() && !warning.message.empty(), "a warning has a code and a message");
}

template <typename Work>
void refused_or_done(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    require(!error.code().empty(), "an error has a code");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr std::uint64_t kMostSamples = 1U << 14U;
  refused_or_done([&] {
    const AudioClip clip = parsed_audio(bytes, "fuzz.wav", {.most_samples = kMostSamples});
    const double rate = clip.sample_rate_hz();
    const Eigen::ArrayXd samples = clip.samples().col(0);
    for (const int repeats : {1, 2}) {
      refused_or_done(
          [&] { check(SweepAnalyser(sweep(rate, repeats), rate, samples.size()).analysed(samples, 1)); });
    }
    refused_or_done([&] { (void)SweepAnalyser::recognising(samples, rate); });
    refused_or_done([&] { check(impulse_analysed(samples, rate, 1)); });
  });
  return 0;
}
