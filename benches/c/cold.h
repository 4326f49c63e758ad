/* Measures a cold start: the program runs itself anew, and the new process says how long ago it was begun when it has
   its first answer. */
#ifndef BENCH_COLD_H
#define BENCH_COLD_H

#include <inttypes.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "peer.h"

extern char **environ;

enum { COLD_MOST = 1000 };

/* In the new process: one call, from nothing. */
static inline void cold_answer(const Peer *peer, const Server *server, uint64_t began_ns) {
  void *shared = peer->start ? peer->start(server) : NULL;
  void *session = peer->open(shared, server);
  if (!peer->chat(session)) exit(1);
  printf("%" PRIu64 "\n", peer_now_ns() - began_ns);
  fflush(stdout);
  peer->close(session);
  if (peer->stop) peer->stop(shared);
}

/* One start, in ns; the CPU time of the whole process goes to `cpu_us`. */
static inline double cold_start(int argc, char **argv, double *cpu_us) {
  int ends[2];
  if (pipe(ends) != 0) peer_fail("no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  char **words = calloc((size_t)argc + 3, sizeof *words);
  if (!words) peer_fail("out of memory");
  for (int i = 0; i < argc; i++) words[i] = argv[i];
  char began[24];
  words[argc] = "--began";
  words[argc + 1] = began;
  snprintf(began, sizeof began, "%" PRIu64, peer_now_ns());
  pid_t child;
  if (posix_spawn(&child, "/proc/self/exe", &actions, NULL, words, environ) != 0) peer_fail("no new process");
  close(ends[1]);
  char said[24] = "";
  ssize_t length = read(ends[0], said, sizeof said - 1);
  close(ends[0]);
  int status;
  struct rusage usage;
  if (wait4(child, &status, 0, &usage) != child || status != 0 || length <= 0) peer_fail("a new process had no answer");
  posix_spawn_file_actions_destroy(&actions);
  free(words);
  *cpu_us = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
            (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  return strtod(said, NULL);
}

static int cold_by_value(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static inline double cold_median(double *values, size_t count) {
  qsort(values, count, sizeof *values, cold_by_value);
  return values[count / 2];
}

static inline void cold_run(const Peer *peer, int argc, char **argv, size_t starts) {
  double answered_ns[COLD_MOST], cpu_us[COLD_MOST];
  if (starts > COLD_MOST) peer_fail("--cold: too many");
  for (size_t i = 0; i < starts; i++) answered_ns[i] = cold_start(argc, argv, &cpu_us[i]);
  printf("{\"version\": \"%s\", \"first_answer_ms\": %.3f, \"cpu_ms\": %.3f}\n", peer->version,
         cold_median(answered_ns, starts) / 1e6, cold_median(cpu_us, starts) / 1e3);
}

#endif
