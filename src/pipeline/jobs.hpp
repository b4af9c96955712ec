// Work on several threads whose results keep their order.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace headscore {

/// Calls work(state, i) for each i in [0, count) on up to `jobs` threads, each with a state of its own from
/// make_state(). `work` must write to its own place only. What either throws first ends the work and is thrown here,
/// when all threads have ended: an exception must not leave a thread.
template <typename MakeState, typename Work>
void for_each_index(std::size_t count, int jobs, const MakeState& make_state, const Work& work) {
  const std::size_t threads =
      std::clamp<std::size_t>(static_cast<std::size_t>(std::max(1, jobs)), 1, std::max<std::size_t>(1, count));
  std::atomic<std::size_t> next{0};
  std::mutex guard;
  std::exception_ptr failure;
  const auto loop = [&] {
    try {
      auto state = make_state();
      for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) work(state, i);
    } catch (...) {
      next.store(count);
      const std::scoped_lock lock(guard);
      if (!failure) failure = std::current_exception();
    }
  };
  std::vector<std::jthread> pool;
  for (std::size_t i = 1; i < threads; ++i) pool.emplace_back(loop);
  loop();
  pool.clear();  // joins
  if (failure) std::rethrow_exception(failure);
}

/// The same for work that needs no state: work(i).
template <typename Work>
void for_each_index(std::size_t count, int jobs, const Work& work) {
  struct None {};
  for_each_index(count, jobs, [] { return None{}; }, [&](None, std::size_t i) { work(i); });
}

}  // namespace headscore
