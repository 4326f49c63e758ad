/* Ordered sessions: each session's chats are submitted one after another without waiting, and answered after random
   delays. Counts the answers that came out of their session's order, and compares the whole with the session that had
   the most to wait for: the server says in its reply how long it waited. */
#include <string.h>

#include "robofy_client.h"

static double delay_of(const RobofyReply *reply) {
  const char *json = robofy_reply_json(reply);
  const char *delay = strstr(json, "\"delay\":\"");
  if (!delay) gate_fail("the server's reply names no delay");
  return strtod(delay + strlen("\"delay\":\""), NULL);
}

/* Chat number `tag` belongs to session `tag % sessions`: the sessions take turns, as users do. */
static void submit_all(const RobofyClient *client, size_t chats, size_t sessions) {
  RobofyMessage *message = robofy_message_new(CHAT_PID, CHAT_CHATBOT_ID, CHAT_QUERY);
  char session_id[32];
  for (size_t tag = 0; tag < chats; tag++) {
    snprintf(session_id, sizeof session_id, "9187270%05zu", tag % sessions);
    robofy_message_set_session_id(message, session_id);
    bench_submit(client, message, tag);
  }
  robofy_message_free(message);
}

static void fly(const RobofyClient *client, size_t chats, size_t sessions) {
  size_t *next = calloc(sessions, sizeof *next), out_of_order = 0, answered = 0;
  double *own_time = calloc(sessions, sizeof *own_time), longest = 0;
  if (!next || !own_time) gate_fail("out of memory");
  double began = gate_seconds();
  submit_all(client, chats, sessions);
  for (size_t i = 0; i < chats; i++) {
    RobofyCompletion *completion = robofy_client_poll(client, CHAT_TIMEOUT_MS);
    if (!completion) gate_fail("robofy_client_poll: nothing completed in time");
    size_t tag = (size_t)robofy_completion_tag(completion), session = tag % sessions;
    out_of_order += tag / sessions != next[session]++;
    const RobofyReply *reply = robofy_completion_reply(completion);
    answered += reply != NULL;
    if (reply) own_time[session] += delay_of(reply);
    if (own_time[session] > longest) longest = own_time[session];
    robofy_completion_free(completion);
  }
  double wall = gate_seconds() - began;
  char more[96];
  snprintf(more, sizeof more, ", \"out_of_order\": %zu, \"wall_per_longest_session\": %.4f", out_of_order, wall / longest);
  free(next);
  free(own_time);
  gate_done(wall, answered, chats - answered, more);
}

int main(int argc, char **argv) {
  static const char *const names[] = {"PORT", "CHATS", "SESSIONS"};
  size_t numbers[3];
  const char *ca_file = gate_arguments(argc, argv, names, numbers, 3);
  RobofyOptions *options = bench_options(numbers[0], ca_file);
  robofy_options_set_ordered_sessions(options, true);
  RobofyClient *client = bench_client(CHAT_API_KEY, options);
  robofy_options_free(options);
  gate_ready(robofy_version());
  fly(client, numbers[1], numbers[2]);
  robofy_client_free(client);
  return 0;
}
