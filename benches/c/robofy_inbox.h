/* What the programs that measure an inbox share: its options, offers and outcomes. */
#ifndef BENCH_ROBOFY_INBOX_H
#define BENCH_ROBOFY_INBOX_H

#include <inttypes.h>
#include <string.h>

#include "robofy_client.h"

#define INBOX_CHANNEL "106540352242922"
#define INBOX_NO_PATH "-"

/* In memory if `path` is INBOX_NO_PATH. */
static inline RobofyInboxOptions *bench_inbox_options(const char *path) {
  RobofyInboxOptions *options = robofy_inbox_options_new();
  if (strcmp(path, INBOX_NO_PATH) != 0) robofy_inbox_options_set_path(options, path);
  robofy_inbox_options_set_max_pending(options, UINT32_MAX);
  return options;
}

/* Frees the options. */
static inline RobofyInbox *bench_inbox(const RobofyClient *client, RobofyInboxOptions *options) {
  RobofyError *error = NULL;
  RobofyInbox *inbox = robofy_inbox_new(client, CHAT_PID, CHAT_CHATBOT_ID, options, &error);
  robofy_inbox_options_free(options);
  if (!inbox) robofy_fail("robofy_inbox_new", error);
  return inbox;
}

static inline void bench_offer(const RobofyInbox *inbox, size_t user, size_t message) {
  char from[32], id[64];
  snprintf(from, sizeof from, "1555%07zu", user);
  snprintf(id, sizeof id, "wamid.HBgLMTU1NTAwMDAwMDAVAgASGBQ%020zu", message);
  RobofyError *error = NULL;
  RobofyAccept accept = robofy_inbox_offer_text(inbox, INBOX_CHANNEL, from, id, CHAT_QUERY, &error);
  if (accept == ROBOFY_ACCEPT_REFUSED) robofy_fail("robofy_inbox_offer_text", error);
  if (accept != ROBOFY_ACCEPT_QUEUED) gate_fail("a message was not queued");
}

/* Takes the next outcome and says that its parts were sent. Returns how many messages it has answered; 0 for typing. */
static inline size_t bench_answer(const RobofyInbox *inbox) {
  RobofyOutcome *outcome = robofy_inbox_poll(inbox, CHAT_TIMEOUT_MS);
  if (!outcome) gate_fail("robofy_inbox_poll: nothing came in time");
  RobofyOutcomeKind kind = robofy_outcome_kind(outcome);
  size_t answered = 0;
  if (kind == ROBOFY_OUTCOME_KIND_ANSWER) {
    answered = robofy_outcome_message_count(outcome);
    uint32_t parts = robofy_parts_count(robofy_outcome_parts(outcome));
    for (uint32_t part = 0; part < parts; part++) {
      RobofyError *error = NULL;
      if (!robofy_inbox_sent(inbox, outcome, part, NULL, &error)) robofy_fail("robofy_inbox_sent", error);
    }
  } else if (kind != ROBOFY_OUTCOME_KIND_TYPING) {
    gate_fail("a message was not answered");
  }
  robofy_outcome_free(outcome);
  return answered;
}

#endif
