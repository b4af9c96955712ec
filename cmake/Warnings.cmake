# headscore_warnings(TARGET): the warnings that this code is written under. The last three are off: GCC 12 raises false alarms of them
# in std::string at -O2 (GCC bugs 105329, 105651).
function(headscore_warnings target)
  set(both -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wdouble-promotion -Wformat=2
      -Wcast-qual -Wnon-virtual-dtor -Woverloaded-virtual -Wextra-semi)
  set(gnu -Wduplicated-cond -Wlogical-op -Wsuggest-override -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow)
  if(HEADSCORE_SANITIZE)
    list(APPEND gnu -Wno-maybe-uninitialized)  # false alarms in std::optional and std::regex, under sanitizers only
  endif()
  target_compile_options(${target} PRIVATE ${both} "$<$<CXX_COMPILER_ID:GNU>:${gnu}>"
    "$<$<BOOL:${HEADSCORE_WARNINGS_AS_ERRORS}>:-Werror>")
endfunction()
