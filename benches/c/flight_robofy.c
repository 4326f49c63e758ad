/* Many chats at once on one client and one thread: submit all, then poll until all are answered. */
#include "robofy_client.h"

static void fly(const RobofyClient *client, size_t chats) {
  RobofyMessage *message = robofy_message_new(CHAT_PID, CHAT_CHATBOT_ID, CHAT_QUERY);
  char session_id[32];
  size_t answered = 0;
  double began = gate_seconds();
  for (size_t i = 0; i < chats; i++) {
    snprintf(session_id, sizeof session_id, "9187270%05zu", i);
    robofy_message_set_session_id(message, session_id);
    bench_submit(client, message, i);
  }
  for (size_t i = 0; i < chats; i++) answered += bench_collect(client, NULL);
  double wall = gate_seconds() - began;
  robofy_message_free(message);
  gate_done(wall, answered, chats - answered, "");
}

int main(int argc, char **argv) {
  static const char *const names[] = {"PORT", "CHATS"};
  size_t numbers[2];
  const char *ca_file = gate_arguments(argc, argv, names, numbers, 2);
  RobofyOptions *options = bench_options(numbers[0], ca_file);
  RobofyClient *client = bench_client(CHAT_API_KEY, options);
  robofy_options_free(options);
  gate_ready(robofy_version());
  fly(client, numbers[1]);
  robofy_client_free(client);
  return 0;
}
