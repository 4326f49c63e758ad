/* Threads that offer messages without a pause. Nothing is due while they do, so nobody is asked. */
#include <pthread.h>

#include "robofy_inbox.h"

enum { WARM_UP = 100 };

static const RobofyInbox *inbox;
static size_t each;

static void *offer(void *number) {
  size_t first = WARM_UP + *(const size_t *)number * each;
  for (size_t message = first; message < first + each; message++) bench_offer(inbox, message, message);
  return NULL;
}

int main(int argc, char **argv) {
  static const char *const names[] = {"THREADS", "OFFERS_EACH"};
  size_t numbers[2];
  const char *path = gate_arguments(argc, argv, names, numbers, 2);
  size_t threads = numbers[0];
  each = numbers[1];
  RobofyClient *client = bench_client(CHAT_API_KEY, NULL);
  RobofyInboxOptions *options = bench_inbox_options(path);
  robofy_inbox_options_set_quiet_ms(options, 600000);
  robofy_inbox_options_set_max_wait_ms(options, 600000);
  RobofyInbox *own = bench_inbox(client, options);
  inbox = own;
  pthread_t *running = calloc(threads, sizeof *running);
  size_t *which = calloc(threads, sizeof *which);
  if (!running || !which) gate_fail("no memory");
  for (size_t message = 0; message < WARM_UP; message++) bench_offer(inbox, message, message);

  gate_ready(robofy_version());
  double began = gate_seconds();
  for (size_t i = 0; i < threads; i++) {
    which[i] = i;
    if (pthread_create(&running[i], NULL, offer, &which[i])) gate_fail("no thread");
  }
  for (size_t i = 0; i < threads; i++) pthread_join(running[i], NULL);
  double wall_s = gate_seconds() - began;
  char more[128];
  snprintf(more, sizeof more, ", \"offers_per_s\": %.1f, \"us_per_offer\": %.3f", (double)(threads * each) / wall_s,
           wall_s * 1e6 / (double)(threads * each) * (double)threads);
  gate_done(wall_s, threads * each, 0, more);
  free(running);
  free(which);
  robofy_inbox_free(own);
  robofy_client_free(client);
  return 0;
}
