/* Runs a program and tells what it alone used: child_usage REPORT PROGRAM [ARGUMENT...]
   A process that is started by a large one counts the large one's memory as its own peak until it runs its program, so a measuring
   script cannot see less than itself; this one is small. Writes wall and processor seconds and peak memory as JSON to REPORT and
   ends with the program's exit status. cc -O2 -o child_usage child_usage.c */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval time) { return (double)time.tv_sec + 1e-6 * (double)time.tv_usec; }

int main(int count, char** arguments) {
  if (count < 3) return 2;
  struct timespec start, stop;
  clock_gettime(CLOCK_MONOTONIC, &start);
  const pid_t child = fork();
  if (child == 0) {
    execv(arguments[2], arguments + 2);
    perror(arguments[2]);
    _exit(127);
  }
  int status = 0;
  struct rusage usage;
  if (child < 0 || wait4(child, &status, 0, &usage) < 0) return 127;
  clock_gettime(CLOCK_MONOTONIC, &stop);
  FILE* report = fopen(arguments[1], "w");
  if (report == NULL) return 127;
  fprintf(report, "{\"wall_s\": %.6f, \"cpu_s\": %.6f, \"peak_kb\": %ld}\n",
          (double)(stop.tv_sec - start.tv_sec) + 1e-9 * (double)(stop.tv_nsec - start.tv_nsec),
          seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss);
  fclose(report);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
