/* What the programs that measure submit and poll share: a client over TLS, a message, a failure that stops. */
#ifndef BENCH_ROBOFY_CLIENT_H
#define BENCH_ROBOFY_CLIENT_H

#include <robofy.h>

#include "chat.h"
#include "gate.h"

__attribute__((noreturn)) static inline void robofy_fail(const char *where, const RobofyError *error) {
  fprintf(stderr, "%s: %s\n", where, robofy_error_message(error));
  exit(1);
}

/* Options for the server on `port`; the caller frees them. */
static inline RobofyOptions *bench_options(size_t port, const char *ca_file) {
  char base_url[64];
  snprintf(base_url, sizeof base_url, "https://127.0.0.1:%zu", port);
  RobofyOptions *options = robofy_options_new();
  robofy_options_set_base_url(options, base_url);
  robofy_options_set_ca_file(options, ca_file);
  robofy_options_set_proxy(options, "");
  robofy_options_set_timeout_ms(options, CHAT_TIMEOUT_MS);
  return options;
}

static inline RobofyClient *bench_client(const char *api_key, const RobofyOptions *options) {
  RobofyError *error = NULL;
  RobofyClient *client = robofy_client_new(api_key, options, &error);
  if (!client) robofy_fail("robofy_client_new", error);
  return client;
}

static inline void bench_submit(const RobofyClient *client, const RobofyMessage *message, uint64_t tag) {
  RobofyError *error = NULL;
  if (!robofy_whatsapp_submit(client, message, tag, &error)) robofy_fail("robofy_whatsapp_submit", error);
}

/* Waits for the next completion; true if it is an answer. Its tag goes to `tag` unless that is NULL. */
static inline bool bench_collect(const RobofyClient *client, uint64_t *tag) {
  RobofyCompletion *completion = robofy_client_poll(client, CHAT_TIMEOUT_MS);
  if (!completion) gate_fail("robofy_client_poll: nothing completed in time");
  if (tag) *tag = robofy_completion_tag(completion);
  const RobofyError *error = robofy_completion_error(completion);
  if (error) fprintf(stderr, "a chat failed: %s\n", robofy_error_message(error));
  robofy_completion_free(completion);
  return error == NULL;
}

#endif
