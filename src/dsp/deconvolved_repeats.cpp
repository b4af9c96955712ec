#include "dsp/deconvolved_repeats.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <utility>

namespace headscore {
namespace {

constexpr double kSameRepeat = 0.5;  ///< a repeat's peak, relative to the largest

class RepeatFinder {
 public:
  RepeatFinder(const Deconvolver& deconvolver, bool locked, TransformSet& transforms)
      : deconvolver_(deconvolver), reference_(deconvolver.reference()), locked_(locked), transforms_(transforms) {}

  Deconvolved run(const Eigen::Ref<const Eigen::ArrayXd>& recording) {
    std::vector<double> samples = deconvolver_.deconvolved(recording);
    find_starts(samples, recording.size());
    average(samples);
    found_.samples = std::move(samples);
    return std::move(found_);
  }

 private:
  [[nodiscard]] double frames(double seconds) const { return seconds * reference_.sample_rate_hz; }

  [[nodiscard]] static double size_at(const std::vector<double>& samples, Eigen::Index i) {
    const auto n = static_cast<Eigen::Index>(samples.size());
    return std::abs(samples[static_cast<std::size_t>(((i % n) + n) % n)]);
  }

  /// The largest sample within `play` frames of a place.
  [[nodiscard]] static Eigen::Index peak_near(const std::vector<double>& samples, Eigen::Index place,
                                              Eigen::Index play) {
    Eigen::Index best = place;
    for (Eigen::Index i = place - play; i <= place + play; ++i) {
      if (size_at(samples, i) > size_at(samples, best)) best = i;
    }
    return best;
  }

  void find_starts(const std::vector<double>& samples, Eigen::Index recording_frames) {
    const auto largest =
        std::max_element(samples.begin(), samples.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
    const auto n = static_cast<Eigen::Index>(samples.size());
    Eigen::Index peak = largest - samples.begin();
    // A place that leaves no room for half of the sweep stands for one before the recording's start.
    if (peak + reference_.samples.size() / 2 > recording_frames) peak -= n;
    found_.starts = {peak};
    const Eigen::Index period = reference_.period_frames;
    if (reference_.repeats > 1 && period > 0) {
      const auto play = static_cast<Eigen::Index>(1e-6 * kMostDriftPpm * static_cast<double>(period)) + 2;
      const double least = kSameRepeat * std::abs(*largest);
      for (const int side : {-1, 1}) {
        Eigen::Index last = peak;
        while (static_cast<int>(found_.starts.size()) < reference_.repeats) {
          const Eigen::Index expected = last + side * period;
          if (expected < -period / 2 || expected + reference_.samples.size() / 2 > recording_frames) break;
          const Eigen::Index next = peak_near(samples, expected, play);
          if (size_at(samples, next) < least) break;
          found_.starts.push_back(next);
          last = next;
        }
      }
      std::sort(found_.starts.begin(), found_.starts.end());
      align_repeats(samples, peak, play);
    } else {
      found_.exact_starts = {static_cast<double>(peak)};
    }
  }

  /// Where each repeat's response lies against that with the largest peak, by the largest correlation, between frames
  /// by a parabola.
  void align_repeats(const std::vector<double>& samples, Eigen::Index peak, Eigen::Index play) {
    const auto n = static_cast<Eigen::Index>(samples.size());
    const auto value = [&](Eigen::Index i) { return samples[static_cast<std::size_t>(((i % n) + n) % n)]; };
    constexpr Eigen::Index kHalf = 512;
    const Eigen::Index reach = std::min<Eigen::Index>(play, 64);
    for (Eigen::Index& start : found_.starts) {
      if (start == peak || locked_) {
        // A mended clock leaves whole periods between repeats.
        start = peak + (start - peak + (start < peak ? -1 : 1) * reference_.period_frames / 2) /
                           reference_.period_frames * reference_.period_frames;
        found_.exact_starts.push_back(static_cast<double>(start));
        if (!locked_) continue;
      }
      std::vector<double> correlation;
      for (Eigen::Index lag = -reach; lag <= reach; ++lag) {
        double sum = 0.0;
        for (Eigen::Index t = -kHalf; t <= kHalf; ++t) sum += value(peak + t) * value(start + lag + t);
        correlation.push_back(sum);
      }
      const auto best =
          static_cast<std::size_t>(std::max_element(correlation.begin(), correlation.end()) - correlation.begin());
      double place = static_cast<double>(best);
      if (best > 0 && best + 1 < correlation.size()) {
        const double bend = correlation[best - 1] - 2.0 * correlation[best] + correlation[best + 1];
        if (bend < 0.0) place += 0.5 * (correlation[best - 1] - correlation[best + 1]) / bend;
      }
      const double exact = static_cast<double>(start - reach) + place;
      if (locked_) {
        found_.exact_starts.back() = static_cast<double>(start) + delay_behind(samples, peak, start);
      } else {
        start = static_cast<Eigen::Index>(std::llround(exact));
        found_.exact_starts.push_back(exact);
      }
    }
  }

  /// By how many frames the response at `start` lies behind that at `peak`, both less than a frame off: the slope of
  /// the cross-spectrum's phase, weighted by its power and by frequency, as least squares weigh it.
  [[nodiscard]] double delay_behind(const std::vector<double>& samples, Eigen::Index peak, Eigen::Index start) {
    constexpr std::size_t kFrames = 2048;
    const auto n = static_cast<Eigen::Index>(samples.size());
    const RealTransform<double>& transform = transforms_.of_size(kFrames);
    const auto spectrum_at = [&](Eigen::Index place) {
      std::vector<double> part(kFrames);
      for (std::size_t i = 0; i < kFrames; ++i) {
        const Eigen::Index at = place + static_cast<Eigen::Index>(i) - static_cast<Eigen::Index>(kFrames / 2);
        const double u = (static_cast<double>(i) + 0.5) / static_cast<double>(kFrames);
        part[i] =
            samples[static_cast<std::size_t>(((at % n) + n) % n)] * (0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * u));
      }
      return transform.forward(part);
    };
    const std::vector<std::complex<double>> first = spectrum_at(peak);
    const std::vector<std::complex<double>> second = spectrum_at(start);
    double moment = 0.0;
    double weight = 0.0;
    for (std::size_t k = 1; k + 1 < first.size(); ++k) {
      const std::complex<double> cross = second[k] * std::conj(first[k]);
      const double omega = 2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(kFrames);
      moment -= omega * std::abs(cross) * std::arg(cross);
      weight += omega * omega * std::abs(cross);
    }
    return weight > 0.0 ? std::clamp(moment / weight, -1.0, 1.0) : 0.0;
  }

  [[nodiscard]] Eigen::Index harmonic_frames(double order) const {
    return static_cast<Eigen::Index>(frames(reference_.course.rate_constant_s * std::log(order)));
  }

  /// Mean over repeats in place of the first; noise from the repeats' differences or from where no response is.
  void average(std::vector<double>& samples) {
    const auto n = static_cast<Eigen::Index>(samples.size());
    const auto count = found_.starts.size();
    const auto index = [n](Eigen::Index i) { return static_cast<std::size_t>(((i % n) + n) % n); };
    if (count == 1) {
      const Eigen::Index first = found_.starts[0] + static_cast<Eigen::Index>(frames(0.5));
      Eigen::Index last = found_.starts[0] + n - harmonic_frames(20.0);
      if (last - first < static_cast<Eigen::Index>(frames(0.3))) last = found_.starts[0] + n - harmonic_frames(10.5);
      found_.noise.reserve(static_cast<std::size_t>(std::max<Eigen::Index>(0, last - first)));
      for (Eigen::Index i = first; i < last;) {  // in pieces that do not cross the buffer's end
        const auto from = static_cast<Eigen::Index>(index(i));
        const Eigen::Index piece = std::min(last - i, n - from);
        found_.noise.insert(found_.noise.end(), samples.begin() + from, samples.begin() + from + piece);
        i += piece;
      }
      return;
    }
    const Eigen::Index before = harmonic_frames(10.5);
    const Eigen::Index length = std::min<Eigen::Index>(reference_.period_frames, n / static_cast<Eigen::Index>(count));
    const std::size_t paired = count - count % 2;
    const double scale =
        std::sqrt(static_cast<double>(paired) / static_cast<double>(count)) / static_cast<double>(paired);
    std::vector<double> mean(static_cast<std::size_t>(length));
    double energy = 0.0;
    double difference = 0.0;
    for (Eigen::Index t = 0; t < length; ++t) {
      double sum = 0.0;
      double alternating = 0.0;
      for (std::size_t r = 0; r < count; ++r) {
        const double value = samples[index(found_.starts[r] - before + t)];
        sum += value;
        if (r < paired) alternating += r % 2 == 0 ? value : -value;
      }
      mean[static_cast<std::size_t>(t)] = sum / static_cast<double>(count);
      found_.noise.push_back(scale * alternating);
      if (std::abs(t - before) < static_cast<Eigen::Index>(frames(0.05))) {
        energy += mean[static_cast<std::size_t>(t)] * mean[static_cast<std::size_t>(t)];
        const double one = alternating / static_cast<double>(paired);
        difference += one * one;
      }
    }
    for (Eigen::Index t = 0; t < length; ++t)
      samples[index(found_.starts[0] - before + t)] = mean[static_cast<std::size_t>(t)];
    found_.variance_db = 10.0 * std::log10(std::max(difference / std::max(energy, 1e-300), 1e-40));
  }

  const Deconvolver& deconvolver_;
  const SweepReference& reference_;
  bool locked_;
  TransformSet& transforms_;
  Deconvolved found_;
};

}  // namespace

Deconvolved deconvolved_repeats(const Deconvolver& deconvolver, const Eigen::Ref<const Eigen::ArrayXd>& recording,
                                bool locked, TransformSet& transforms) {
  return RepeatFinder(deconvolver, locked, transforms).run(recording);
}

}  // namespace headscore
