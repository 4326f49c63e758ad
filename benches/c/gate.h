/* How a program is measured from outside: it says "ready", waits for "go", does its work, says "done", and leaves when
   its input closes. At each stop the harness reads the process's memory, threads, descriptors and CPU time, the same
   way for every language. */
#ifndef BENCH_GATE_H
#define BENCH_GATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

__attribute__((noreturn)) static inline void gate_fail(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static inline double gate_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Stops until the harness says "go". */
static inline void gate_ready(const char *version) {
  printf("{\"event\": \"ready\", \"version\": \"%s\"}\n", version);
  fflush(stdout);
  char line[16];
  if (!fgets(line, sizeof line, stdin)) exit(0);
}

/* Stops until the harness closes the input, so that it sees the process as the work left it. `more` is further members
   of the JSON object, each with a comma before it, or "". */
static inline void gate_done(double wall_s, size_t answered, size_t failed, const char *more) {
  printf("{\"event\": \"done\", \"wall_s\": %.6f, \"answered\": %zu, \"failed\": %zu%s}\n", wall_s, answered, failed, more);
  fflush(stdout);
  while (getchar() != EOF) continue;
}

/* The programs' only options: numbers, all needed, in the order of `names`; then the CA file. */
static inline const char *gate_arguments(int argc, char **argv, const char *const *names, size_t *numbers, size_t count) {
  bool good = argc == (int)count + 2;
  for (size_t i = 0; good && i < count; i++) {
    char *end;
    numbers[i] = strtoul(argv[i + 1], &end, 10);
    good = *end == '\0' && numbers[i] > 0;
  }
  if (good) return argv[argc - 1];
  fprintf(stderr, "usage: %s", argv[0]);
  for (size_t i = 0; i < count; i++) fprintf(stderr, " %s", names[i]);
  fprintf(stderr, " CA_FILE\n");
  exit(2);
}

#endif
