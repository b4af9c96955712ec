# Run by ctest; the variables are given in CMakeLists.txt beside it.
cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  list(JOIN ARGN " " line)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${line}\n${output}\nexit status ${status}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

set(prefix "${WORK_DIR}/prefix")
file(REMOVE_RECURSE "${WORK_DIR}")
run("${CMAKE_COMMAND}" --install "${BUILD_DIR}" --config "${CONFIG}" --prefix "${prefix}")

# What is installed must not know where it was built.
file(GLOB_RECURSE configs "${prefix}/*.cmake")
list(LENGTH configs count)
if(count LESS 3)
  message(FATAL_ERROR "no CMake package was installed below ${prefix}: ${configs}")
endif()
foreach(config IN LISTS configs)
  file(READ "${config}" text)
  string(FIND "${text}" "${BUILD_DIR}" at)
  if(NOT at EQUAL -1)
    message(FATAL_ERROR "${config} refers to the build tree ${BUILD_DIR}")
  endif()
endforeach()

set(flags "")
if(SANITIZE)
  set(flags "-fsanitize=${SANITIZE}")
endif()
run("${CMAKE_COMMAND}" -S "${CONSUMER_DIR}" -B "${WORK_DIR}/build" -G "${GENERATOR}" "-DCMAKE_BUILD_TYPE=${CONFIG}"
  "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}" "-DCMAKE_CXX_FLAGS=${flags}"
  "-DCMAKE_PREFIX_PATH=${prefix}" "-DHEADSCORE_WANTED_VERSION=${VERSION}")
run("${CMAKE_COMMAND}" --build "${WORK_DIR}/build" --config "${CONFIG}")
run("${WORK_DIR}/build/consumer")
message(STATUS "the consumer says: ${output}")
if(NOT output MATCHES "114\\.49")
  message(FATAL_ERROR "the target itself should score 114.49 points under harman-oe-2018, but the consumer said: ${output}")
endif()

# The installed program, where there is one, runs from where it was put.
if(EXISTS "${prefix}/bin/headscore")
  run("${prefix}/bin/headscore" targets list)
  if(NOT output MATCHES "harman-oe-2018")
    message(FATAL_ERROR "the installed program lists no harman-oe-2018: ${output}")
  endif()
endif()
