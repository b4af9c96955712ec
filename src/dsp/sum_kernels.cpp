#include "dsp/sum_kernels.hpp"

#include "dsp/sum_kernels.inc"

namespace headscore {

AddAbsoluteSums portable_absolute_sums() { return add_absolute_sums; }

AddAbsoluteSums absolute_sums() {
#if defined(__x86_64__)
  static const bool has_avx2 = __builtin_cpu_supports("avx2");
  if (has_avx2 && avx2_absolute_sums() != nullptr) return avx2_absolute_sums();
#endif
  return portable_absolute_sums();
}

}  // namespace headscore
