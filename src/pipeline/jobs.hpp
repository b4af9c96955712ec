// Work on several threads whose results keep their order.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace headscore {

/// Calls work(i) for each i in [0, count) on up to `jobs` threads. `work` must not throw and must write to its own place only.
template <typename Work>
void for_each_index(std::size_t count, int jobs, const Work& work) {
  const std::size_t threads = std::clamp<std::size_t>(static_cast<std::size_t>(std::max(1, jobs)), 1, std::max<std::size_t>(1, count));
  std::atomic<std::size_t> next{0};
  const auto loop = [&] {
    for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) work(i);
  };
  std::vector<std::jthread> pool;
  for (std::size_t i = 1; i < threads; ++i) pool.emplace_back(loop);
  loop();
}

}  // namespace headscore
