/* A client that has chatted and now waits for nothing: it should wake nobody. */
#include "robofy_client.h"

int main(int argc, char **argv) {
  static const char *const names[] = {"PORT"};
  size_t port;
  const char *ca_file = gate_arguments(argc, argv, names, &port, 1);
  RobofyOptions *options = bench_options(port, ca_file);
  RobofyClient *client = bench_client(CHAT_API_KEY, options);
  robofy_options_free(options);
  RobofyMessage *message = robofy_message_new(CHAT_PID, CHAT_CHATBOT_ID, CHAT_QUERY);
  bench_submit(client, message, 1);
  bool answered = bench_collect(client, NULL);
  robofy_message_free(message);
  gate_ready(robofy_version());
  gate_done(0, answered, !answered, "");
  robofy_client_free(client);
  return 0;
}
