/* An inbox that has answered and now waits for nothing: it should wake nobody. */
#include "robofy_inbox.h"

int main(int argc, char **argv) {
  static const char *const names[] = {"PORT"};
  size_t port;
  const char *ca_file = gate_arguments(argc, argv, names, &port, 1);
  RobofyOptions *client_options = bench_options(port, ca_file);
  RobofyClient *client = bench_client(CHAT_API_KEY, client_options);
  robofy_options_free(client_options);
  RobofyInbox *inbox = bench_inbox(client, bench_inbox_options(INBOX_NO_PATH));
  bench_offer(inbox, 1, 1);
  size_t answered = 0;
  while (answered == 0) answered = bench_answer(inbox);
  gate_ready(robofy_version());
  gate_done(0, answered, 1 - answered, "");
  robofy_inbox_free(inbox);
  robofy_client_free(client);
  return 0;
}
