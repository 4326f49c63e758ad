/* What is measured: a blocking client, and the server that it calls. */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* On 127.0.0.1. */
typedef struct Server {
  unsigned port;
  bool tls;            /* else plain HTTP/1.1 */
  bool http2;          /* with TLS alone: HTTP/2 by ALPN, else HTTP/1.1 and nothing else */
  const char *ca_file; /* NULL: the authorities of the system, or of SSL_CERT_FILE */
  const char *proxy;   /* NULL: none */
} Server;

typedef struct Peer {
  const char *version;
  void *(*start)(const Server *server);              /* once: what the threads share; may be NULL */
  void *(*open)(void *shared, const Server *server); /* once a thread, on that thread */
  bool (*chat)(void *session);                       /* the call being measured; says on stderr why it failed */
  void (*close)(void *session);
  void (*stop)(void *shared); /* may be NULL */
} Peer;

static inline uint64_t peer_now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

__attribute__((noreturn)) static inline void peer_fail(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static inline void peer_base_url(const Server *server, char *url, size_t size) {
  snprintf(url, size, "%s://127.0.0.1:%u", server->tls ? "https" : "http", server->port);
}

#endif
