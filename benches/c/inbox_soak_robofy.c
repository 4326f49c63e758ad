/* Many messages through one inbox on disk, in bursts: does anything grow? It stops once early on, as soak_robofy.c does. */
#include <pthread.h>

#include "robofy_inbox.h"

enum { BURST = 20, SESSIONS = 10000, OFFERING = 8, REMEMBERED_MS = 5000 };

static const RobofyInbox *inbox;
static size_t end, window;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t room = PTHREAD_COND_INITIALIZER;
static size_t next, answered;

/* The first message of the next burst, when it may be offered. */
static bool take(size_t *first) {
  pthread_mutex_lock(&mutex);
  *first = next;
  next += BURST;
  while (*first < end && *first >= answered + window) pthread_cond_wait(&room, &mutex);
  pthread_mutex_unlock(&mutex);
  return *first < end;
}

static void *offer(void *unused) {
  (void)unused;
  size_t first;
  while (take(&first)) {
    for (size_t message = first; message < first + BURST; message++) bench_offer(inbox, first / BURST % SESSIONS, message);
  }
  return NULL;
}

static void *answer(void *unused) {
  (void)unused;
  pthread_mutex_lock(&mutex);
  while (answered < end) {
    pthread_mutex_unlock(&mutex);
    RobofyOutcome *outcome = robofy_inbox_poll(inbox, 100);
    size_t messages = outcome ? robofy_outcome_message_count(outcome) : 0;
    if (outcome && robofy_outcome_kind(outcome) != ROBOFY_OUTCOME_KIND_ANSWER) gate_fail("a message was not answered");
    RobofyError *error = NULL;
    if (outcome && !robofy_inbox_sent(inbox, outcome, 0, NULL, &error)) robofy_fail("robofy_inbox_sent", error);
    robofy_outcome_free(outcome);
    pthread_mutex_lock(&mutex);
    answered += messages;
    pthread_cond_broadcast(&room);
  }
  pthread_mutex_unlock(&mutex);
  return NULL;
}

static void run_until(size_t messages) {
  pthread_t threads[2 * OFFERING];
  end = messages;
  next = answered;
  for (size_t i = 0; i < OFFERING; i++) {
    pthread_create(&threads[2 * i], NULL, offer, NULL);
    pthread_create(&threads[2 * i + 1], NULL, answer, NULL);
  }
  for (size_t i = 0; i < 2 * OFFERING; i++) pthread_join(threads[i], NULL);
}

int main(int argc, char **argv) {
  static const char *const names[] = {"PORT", "MESSAGES", "MESSAGES_BEFORE_THE_STOP", "WINDOW"};
  size_t numbers[4];
  if (argc < 2) gate_fail("usage: inbox_soak_robofy PATH PORT MESSAGES MESSAGES_BEFORE_THE_STOP WINDOW CA_FILE");
  const char *ca_file = gate_arguments(argc - 1, argv + 1, names, numbers, 4);
  if (numbers[1] % BURST || numbers[2] % BURST) gate_fail("messages come in bursts of 20");
  window = numbers[3];
  RobofyOptions *client_options = bench_options(numbers[0], ca_file);
  RobofyClient *client = bench_client(CHAT_API_KEY, client_options);
  robofy_options_free(client_options);
  RobofyInboxOptions *options = bench_inbox_options(argv[1]);
  robofy_inbox_options_set_max_messages(options, BURST);
  robofy_inbox_options_set_quiet_ms(options, 600000);
  robofy_inbox_options_set_max_wait_ms(options, 600000);
  robofy_inbox_options_set_typing_ms(options, 0);
  robofy_inbox_options_set_dedup_ms(options, REMEMBERED_MS);
  RobofyInbox *own = bench_inbox(client, options);
  inbox = own;

  run_until(numbers[2]);
  gate_ready(robofy_version());
  double began = gate_seconds();
  run_until(numbers[1]);
  gate_done(gate_seconds() - began, answered, numbers[1] - answered, "");
  robofy_inbox_free(own);
  robofy_client_free(client);
  return 0;
}
