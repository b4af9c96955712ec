#include "dsp/sweep_reference.hpp"

#include <cmath>
#include <cstdio>
#include <string>

#include "headscore/error.hpp"
#include "headscore/sweep.hpp"

namespace headscore {
namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

}  // namespace

double SweepCourse::frequency_hz(double t_s) const { return start_hz * std::exp(t_s / rate_constant_s); }
double SweepCourse::time_s(double frequency_hz) const { return rate_constant_s * std::log(frequency_hz / start_hz); }

SweepReference reference_from(const SweepParameters& parameters, double sample_rate_hz) {
  SweepParameters::Fields fields = parameters.fields();
  SweepReference reference;
  reference.sample_rate_hz = sample_rate_hz;
  if (fields.sample_rate_hz == sample_rate_hz) {
    reference.samples = sweep_samples(parameters);
    reference.period_frames = fields.repeats > 1 ? parameters.period_frames() : 0;
  } else {
    if (fields.stop_hz > 0.5 * sample_rate_hz) {
      throw Error("sample-rate", {},
                  "a sweep to " + number(fields.stop_hz) + " Hz and a recording at " + number(sample_rate_hz) + " Hz",
                  "a recording at a rate of at least twice the sweep's highest frequency");
    }
    const double period_s = static_cast<double>(parameters.period_frames()) / fields.sample_rate_hz;
    reference.period_frames =
        fields.repeats > 1 ? static_cast<Eigen::Index>(std::llround(period_s * sample_rate_hz)) : 0;
    fields.sample_rate_hz = sample_rate_hz;
    reference.samples = sweep_samples(SweepParameters(fields));
  }
  reference.course = {fields.start_hz, fields.stop_hz, parameters.rate_constant_s()};
  reference.amplitude = parameters.amplitude();
  reference.repeats = fields.repeats;
  if (fields.channels > 1 && fields.channel > 0) reference.channel = fields.channel;
  return reference;
}

}  // namespace headscore
