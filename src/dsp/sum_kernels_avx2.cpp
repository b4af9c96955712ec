// Compiled with -mavx2 where the program is built for x86-64 (CMakeLists.txt); runs only where the CPU has it.
#include "dsp/sum_kernels.hpp"

#if defined(__AVX2__)

#include "dsp/sum_kernels.inc"

namespace headscore {

AddAbsoluteSums avx2_absolute_sums() { return add_absolute_sums; }

}  // namespace headscore

#else

namespace headscore {

AddAbsoluteSums avx2_absolute_sums() { return nullptr; }

}  // namespace headscore

#endif
