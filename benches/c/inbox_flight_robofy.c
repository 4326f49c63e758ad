/* Many users write three messages each, and the agent thinks about all of them at once. */
#include "robofy_inbox.h"

enum { BURST = 3 };

int main(int argc, char **argv) {
  static const char *const names[] = {"PORT", "SESSIONS"};
  size_t numbers[2];
  const char *ca_file = gate_arguments(argc, argv, names, numbers, 2);
  size_t sessions = numbers[1];
  RobofyOptions *client_options = bench_options(numbers[0], ca_file);
  RobofyClient *client = bench_client(CHAT_API_KEY, client_options);
  robofy_options_free(client_options);
  RobofyInboxOptions *options = bench_inbox_options(INBOX_NO_PATH);
  robofy_inbox_options_set_max_messages(options, BURST);
  robofy_inbox_options_set_quiet_ms(options, 600000);
  robofy_inbox_options_set_max_wait_ms(options, 600000);
  RobofyInbox *inbox = bench_inbox(client, options);

  gate_ready(robofy_version());
  double began = gate_seconds();
  for (size_t message = 0; message < BURST; message++) {
    for (size_t user = 0; user < sessions; user++) bench_offer(inbox, user, message * sessions + user);
  }
  size_t answered = 0, torn = 0;
  while (answered + torn < BURST * sessions) {
    size_t messages = bench_answer(inbox);
    if (messages == BURST) answered += messages;
    else torn += messages;
  }
  gate_done(gate_seconds() - began, answered, torn, "");
  robofy_inbox_free(inbox);
  robofy_client_free(client);
  return 0;
}
