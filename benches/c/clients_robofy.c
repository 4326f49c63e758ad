/* A gateway for many customers: one client per API key, and one chat from each at once. */
#include "robofy_client.h"

static void fly(RobofyClient *const *clients, size_t count, double creation_s) {
  RobofyMessage *message = robofy_message_new(CHAT_PID, CHAT_CHATBOT_ID, CHAT_QUERY);
  robofy_message_set_session_id(message, CHAT_SESSION_ID);
  size_t answered = 0;
  double began = gate_seconds();
  for (size_t i = 0; i < count; i++) bench_submit(clients[i], message, i);
  for (size_t i = 0; i < count; i++) answered += bench_collect(clients[i], NULL);
  double wall = gate_seconds() - began;
  robofy_message_free(message);
  char more[64];
  snprintf(more, sizeof more, ", \"creation_s\": %.6f", creation_s);
  gate_done(wall, answered, count - answered, more);
}

/* Makes all but the first, which pays for what the rest share. */
static double create_rest(RobofyClient **clients, size_t count, const RobofyOptions *options) {
  char api_key[64];
  double began = gate_seconds();
  for (size_t i = 1; i < count; i++) {
    snprintf(api_key, sizeof api_key, CHAT_API_KEY "-%zu", i);
    clients[i] = bench_client(api_key, options);
  }
  return gate_seconds() - began;
}

int main(int argc, char **argv) {
  static const char *const names[] = {"PORT", "CLIENTS"};
  size_t numbers[2];
  const char *ca_file = gate_arguments(argc, argv, names, numbers, 2);
  size_t count = numbers[1];
  RobofyClient **clients = calloc(count, sizeof *clients);
  if (!clients) gate_fail("out of memory");
  RobofyOptions *options = bench_options(numbers[0], ca_file);
  clients[0] = bench_client(CHAT_API_KEY, options);
  gate_ready(robofy_version());
  double creation_s = create_rest(clients, count, options);
  gate_ready(robofy_version());
  fly(clients, count, creation_s);
  for (size_t i = 0; i < count; i++) robofy_client_free(clients[i]);
  robofy_options_free(options);
  free(clients);
  return 0;
}
