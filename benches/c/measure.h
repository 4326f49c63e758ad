/* Measures a blocking peer: N threads call it back to back for a fixed time, after a warm-up, and one line of JSON says
   how it went. Include it once, from a peer's only source file. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <getopt.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>

#include "cold.h"
#include "peer.h"

enum { PHASE_WARM_UP, PHASE_MEASURE, PHASE_DONE };

typedef struct Run {
  const Peer *peer;
  const Server *server;
  void *shared;
  int phase; /* written by the main thread, read by all: through __atomic only */
} Run;

typedef struct Worker {
  Run *run;
  pthread_t thread;
  uint32_t *latencies_ns;
  size_t count, capacity;
} Worker;

static inline void measure_sleep(double seconds) {
  struct timespec rest = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
  nanosleep(&rest, NULL);
}

static void worker_record(Worker *worker, uint64_t latency_ns) {
  if (worker->count == worker->capacity) {
    worker->capacity = worker->capacity ? 2 * worker->capacity : 65536;
    worker->latencies_ns = realloc(worker->latencies_ns, worker->capacity * sizeof *worker->latencies_ns);
    if (!worker->latencies_ns) peer_fail("out of memory");
  }
  worker->latencies_ns[worker->count++] = latency_ns > UINT32_MAX ? UINT32_MAX : (uint32_t)latency_ns;
}

static void *worker_main(void *argument) {
  Worker *worker = argument;
  Run *run = worker->run;
  void *session = run->peer->open(run->shared, run->server);
  int phase;
  while ((phase = __atomic_load_n(&run->phase, __ATOMIC_RELAXED)) != PHASE_DONE) {
    uint64_t began = peer_now_ns();
    /* A benchmark of failures would be fast, and worthless. */
    if (!run->peer->chat(session)) exit(1);
    if (phase == PHASE_MEASURE) worker_record(worker, peer_now_ns() - began);
  }
  run->peer->close(session);
  return NULL;
}

static int measure_by_value(const void *left, const void *right) {
  uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
  return (a > b) - (a < b);
}

static double measure_cpu_us(const struct rusage *usage) {
  return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1e6 +
         (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);
}

static void measure_report(Worker *workers, size_t threads, const char *version, double seconds,
                           const struct rusage *before, const struct rusage *after) {
  Worker all = {0};
  for (size_t i = 0; i < threads; i++)
    for (size_t j = 0; j < workers[i].count; j++) worker_record(&all, workers[i].latencies_ns[j]);
  if (all.count == 0) peer_fail("no call ended within the measured time: raise --seconds");
  qsort(all.latencies_ns, all.count, sizeof *all.latencies_ns, measure_by_value);
  double calls = (double)all.count;
  printf("{\"version\": \"%s\", \"calls\": %zu, \"calls_per_s\": %.1f, \"p50_us\": %.2f, \"p90_us\": %.2f, \"p99_us\": %.2f, "
         "\"cpu_us_per_call\": %.2f, \"switches_per_call\": %.3f}\n",
         version, all.count, calls / seconds, all.latencies_ns[all.count / 2] / 1e3,
         all.latencies_ns[all.count * 9 / 10] / 1e3, all.latencies_ns[all.count * 99 / 100] / 1e3,
         (measure_cpu_us(after) - measure_cpu_us(before)) / calls,
         (double)(after->ru_nvcsw - before->ru_nvcsw) / calls);
  free(all.latencies_ns);
}

static void measure_run(const Peer *peer, const Server *server, size_t threads, double warm_up, double seconds) {
  Run run = {.peer = peer, .server = server, .phase = PHASE_WARM_UP};
  if (peer->start) run.shared = peer->start(server);
  Worker *workers = calloc(threads, sizeof *workers);
  if (!workers) peer_fail("out of memory");
  for (size_t i = 0; i < threads; i++) {
    workers[i].run = &run;
    if (pthread_create(&workers[i].thread, NULL, worker_main, &workers[i]) != 0) peer_fail("cannot create a thread");
  }

  struct rusage before, after;
  measure_sleep(warm_up);
  getrusage(RUSAGE_SELF, &before);
  uint64_t began = peer_now_ns();
  __atomic_store_n(&run.phase, PHASE_MEASURE, __ATOMIC_RELAXED);
  measure_sleep(seconds);
  __atomic_store_n(&run.phase, PHASE_DONE, __ATOMIC_RELAXED);
  double measured = (double)(peer_now_ns() - began) / 1e9;
  getrusage(RUSAGE_SELF, &after);

  for (size_t i = 0; i < threads; i++) pthread_join(workers[i].thread, NULL);
  measure_report(workers, threads, peer->version, measured, &before, &after);
  for (size_t i = 0; i < threads; i++) free(workers[i].latencies_ns);
  free(workers);
  if (peer->stop) peer->stop(run.shared);
}

static const char MEASURE_USAGE[] =
    "usage: %s --port PORT [--tls [--http2] [--ca-file FILE] [--proxy URL]]\n"
    "       [--threads N] [--warm-up SECONDS] [--seconds SECONDS] | --cold STARTS\n";

static int measure_main(int argc, char **argv, const Peer *peer) {
  Server server = {0};
  size_t threads = 1, starts = 0;
  uint64_t began_ns = 0;
  double warm_up = 0.3, seconds = 1.0;
  static const struct option options[] = {
      {"port", required_argument, NULL, 'p'},  {"tls", no_argument, NULL, 'T'},
      {"http2", no_argument, NULL, '2'},       {"ca-file", required_argument, NULL, 'c'},
      {"proxy", required_argument, NULL, 'x'}, {"threads", required_argument, NULL, 't'},
      {"warm-up", required_argument, NULL, 'w'}, {"seconds", required_argument, NULL, 's'},
      {"cold", required_argument, NULL, 'C'},  {"began", required_argument, NULL, 'b'},
      {"help", no_argument, NULL, 'h'},        {NULL, 0, NULL, 0}};
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    switch (option) {
      case 'p': server.port = (unsigned)strtoul(optarg, NULL, 10); break;
      case 'T': server.tls = true; break;
      case '2': server.http2 = true; break;
      case 'c': server.ca_file = optarg; break;
      case 'x': server.proxy = optarg; break;
      case 't': threads = strtoul(optarg, NULL, 10); break;
      case 'w': warm_up = strtod(optarg, NULL); break;
      case 's': seconds = strtod(optarg, NULL); break;
      case 'C': starts = strtoul(optarg, NULL, 10); break;
      case 'b': began_ns = strtoull(optarg, NULL, 10); break;
      default: fprintf(option == 'h' ? stdout : stderr, MEASURE_USAGE, argv[0]); return option == 'h' ? 0 : 2;
    }
  }
  if (server.port == 0 || threads == 0 || seconds <= 0) {
    fprintf(stderr, "%s: --port is needed, and --threads and --seconds above 0\n", argv[0]);
    return 2;
  }
  if (began_ns) {
    cold_answer(peer, &server, began_ns);
  } else if (starts) {
    cold_run(peer, argc, argv, starts);
  } else {
    measure_run(peer, &server, threads, warm_up, seconds);
  }
  return 0;
}

#endif
