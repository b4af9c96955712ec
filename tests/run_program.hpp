// Runs the program as a user does.
#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace headscore::tests {

struct Ran {
  int status = -1;
  std::string text;  ///< standard output and standard error
};

/// Runs the program with `arguments` as a shell reads them.
inline Ran run(const std::string& arguments, const std::string& environment = "") {
  Ran result;
  const std::string command = environment + " '" HEADSCORE_PROGRAM "' " + arguments + " 2>&1 </dev/null";
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return result;
  std::array<char, 4096> buffer{};
  std::size_t got = 0;
  while ((got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0) result.text.append(buffer.data(), got);
  const int code = pclose(pipe);
  result.status = WIFEXITED(code) ? WEXITSTATUS(code) : 128 + WTERMSIG(code);
  return result;
}

}  // namespace headscore::tests
