/* The library as a blocking peer: one client for the whole process, called from every thread. */
#ifndef BENCH_ROBOFY_PEER_H
#define BENCH_ROBOFY_PEER_H

#include <robofy.h>

#include "chat.h"
#include "measure.h"

static bool failed(const char *where, RobofyError *error) {
  fprintf(stderr, "%s: %s\n", where, robofy_error_message(error));
  robofy_error_free(error);
  return false;
}

static void *client_start(const Server *server) {
  char base_url[64];
  peer_base_url(server, base_url, sizeof base_url);
  RobofyOptions *options = robofy_options_new();
  robofy_options_set_base_url(options, base_url);
  if (server->ca_file) robofy_options_set_ca_file(options, server->ca_file);
  robofy_options_set_proxy(options, server->proxy ? server->proxy : "");
  robofy_options_set_timeout_ms(options, CHAT_TIMEOUT_MS);
  RobofyError *error = NULL;
  RobofyClient *client = robofy_client_new(CHAT_API_KEY, options, &error);
  robofy_options_free(options);
  if (!client) {
    failed("robofy_client_new", error);
    exit(1);
  }
  return client;
}

static void *client_share(void *client, const Server *server) {
  (void)server; /* It says which protocols it speaks. */
  return client;
}

static void client_keep(void *client) { (void)client; }

static void client_stop(void *client) { robofy_client_free(client); }

static int robofy_main(int argc, char **argv, bool (*call)(void *client)) {
  char version[64];
  snprintf(version, sizeof version, "robofy %s", robofy_version());
  const Peer peer = {.version = version,
                     .start = client_start,
                     .open = client_share,
                     .chat = call,
                     .close = client_keep,
                     .stop = client_stop};
  return measure_main(argc, argv, &peer);
}

#endif
