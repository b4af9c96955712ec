# headscore_shelf(TARGET FOLDER f TYPE T HEADER h FUNCTION name): writes the function that lists a plugin shelf.
# Every src/<folder>/<file>.cpp defines `headscore::<T> headscore::<folder>::<file>()`; the generated
# `const std::vector<T>& headscore::<name>()` calls them all and sorts by id.
function(headscore_shelf target)
  cmake_parse_arguments(SHELF "" "FOLDER;TYPE;HEADER;FUNCTION" "" ${ARGN})
  file(GLOB plugins CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${SHELF_FOLDER}/*.cpp")
  list(SORT plugins)
  set(declarations "")
  set(calls "")
  foreach(plugin IN LISTS plugins)
    cmake_path(GET plugin STEM name)
    string(APPEND declarations "${SHELF_TYPE} ${name}();\n")
    string(APPEND calls "      ${SHELF_FOLDER}::${name}(),\n")
  endforeach()
  set(output "${PROJECT_BINARY_DIR}/generated/shelf_${SHELF_FOLDER}.cpp")
  file(CONFIGURE OUTPUT "${output}" @ONLY CONTENT [[
// Generated from the files in src/@SHELF_FOLDER@/.
#include <algorithm>
#include <vector>

#include "@SHELF_HEADER@"

namespace headscore {
namespace @SHELF_FOLDER@ {
@declarations@}  // namespace @SHELF_FOLDER@

const std::vector<@SHELF_TYPE@>& @SHELF_FUNCTION@() {
  static const std::vector<@SHELF_TYPE@> all = [] {
    std::vector<@SHELF_TYPE@> list = {
@calls@    };
    std::sort(list.begin(), list.end(), [](const @SHELF_TYPE@& a, const @SHELF_TYPE@& b) { return a.id < b.id; });
    return list;
  }();
  return all;
}

}  // namespace headscore
]])
  target_sources(${target} PRIVATE "${output}")
endfunction()
