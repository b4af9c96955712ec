# headscore_warnings(TARGET): the warnings that this code is written under.
function(headscore_warnings target)
  set(both -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wdouble-promotion -Wformat=2
      -Wcast-qual -Wnon-virtual-dtor -Woverloaded-virtual -Wextra-semi)
  set(gnu -Wduplicated-cond -Wlogical-op -Wsuggest-override -Wno-restrict)
  target_compile_options(${target} PRIVATE ${both} "$<$<CXX_COMPILER_ID:GNU>:${gnu}>"
    "$<$<BOOL:${HEADSCORE_WARNINGS_AS_ERRORS}>:-Werror>")
endfunction()
