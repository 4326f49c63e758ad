/* A long run against a server that answers at once: does anything grow? It stops once early on, so that the harness can
   compare what the process held then with what it holds at the end. */
#include "robofy_client.h"

static size_t fly(const RobofyClient *client, size_t chats, size_t window) {
  RobofyMessage *message = robofy_message_new(CHAT_PID, CHAT_CHATBOT_ID, CHAT_QUERY);
  robofy_message_set_session_id(message, CHAT_SESSION_ID);
  size_t submitted = 0, answered = 0;
  for (size_t collected = 0; collected < chats; collected++) {
    while (submitted < chats && submitted - collected < window) bench_submit(client, message, submitted++);
    answered += bench_collect(client, NULL);
  }
  robofy_message_free(message);
  return answered;
}

int main(int argc, char **argv) {
  static const char *const names[] = {"PORT", "CHATS", "CHATS_BEFORE_THE_STOP", "WINDOW"};
  size_t numbers[4];
  const char *ca_file = gate_arguments(argc, argv, names, numbers, 4);
  size_t chats = numbers[1], early = numbers[2], window = numbers[3];
  if (early >= chats) gate_fail("the stop must come before the end");
  RobofyOptions *options = bench_options(numbers[0], ca_file);
  RobofyClient *client = bench_client(CHAT_API_KEY, options);
  robofy_options_free(options);

  size_t answered = fly(client, early, window);
  gate_ready(robofy_version());
  double began = gate_seconds();
  answered += fly(client, chats - early, window);
  gate_done(gate_seconds() - began, answered, chats - answered, "");
  robofy_client_free(client);
  return 0;
}
