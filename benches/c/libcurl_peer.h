/* What a careful C programmer writes without the library: one easy handle a thread, kept alive, and cJSON. */
#ifndef BENCH_LIBCURL_PEER_H
#define BENCH_LIBCURL_PEER_H

#include <cjson/cJSON.h>
#include <curl/curl.h>

#include "chat.h"
#include "measure.h"

typedef struct Session {
  CURL *curl;
  struct curl_slist *headers;
  char *body;
  size_t length, capacity;
} Session;

static size_t body_append(char *data, size_t size, size_t count, void *argument) {
  Session *session = argument;
  size_t more = size * count;
  if (session->length + more + 1 > session->capacity) {
    session->capacity = 2 * (session->length + more + 1);
    char *grown = realloc(session->body, session->capacity);
    if (!grown) return 0;
    session->body = grown;
  }
  memcpy(session->body + session->length, data, more);
  session->length += more;
  session->body[session->length] = '\0';
  return more;
}

/* `path` is shorter than 64 bytes. */
static Session *session_at(const Server *server, const char *path) {
  Session *session = calloc(1, sizeof *session);
  if (!session || !(session->curl = curl_easy_init())) peer_fail("libcurl: no easy handle");
  char url[128];
  peer_base_url(server, url, sizeof url - 64);
  strcat(url, path);
  session->headers = curl_slist_append(session->headers, "Authorization: Bearer " CHAT_API_KEY);
  curl_easy_setopt(session->curl, CURLOPT_URL, url);
  curl_easy_setopt(session->curl, CURLOPT_USERAGENT, "bench");
  curl_easy_setopt(session->curl, CURLOPT_HTTP_VERSION, server->http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1);
  /* As the curl tool does. */
  const char *ca_file = server->ca_file ? server->ca_file : getenv("SSL_CERT_FILE");
  if (ca_file) curl_easy_setopt(session->curl, CURLOPT_CAINFO, ca_file);
  curl_easy_setopt(session->curl, CURLOPT_PROXY, server->proxy ? server->proxy : "");
  curl_easy_setopt(session->curl, CURLOPT_WRITEFUNCTION, body_append);
  curl_easy_setopt(session->curl, CURLOPT_WRITEDATA, session);
  curl_easy_setopt(session->curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(session->curl, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(session->curl, CURLOPT_TIMEOUT_MS, (long)CHAT_TIMEOUT_MS);
  curl_easy_setopt(session->curl, CURLOPT_HTTPHEADER, session->headers);
  return session;
}

static bool session_perform(Session *session) {
  session->length = 0;
  CURLcode code = curl_easy_perform(session->curl);
  long status = 0;
  curl_easy_getinfo(session->curl, CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_OK && status == 200) return true;
  fprintf(stderr, "libcurl: %s, HTTP status %ld\n", curl_easy_strerror(code), status);
  return false;
}

static void session_close(void *argument) {
  Session *session = argument;
  curl_easy_cleanup(session->curl);
  curl_slist_free_all(session->headers);
  free(session->body);
  free(session);
}

static int libcurl_main(int argc, char **argv, void *(*open)(void *, const Server *), bool (*call)(void *session)) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  char version[128];
  snprintf(version, sizeof version, "libcurl %s, cJSON %s", curl_version_info(CURLVERSION_NOW)->version, cJSON_Version());
  const Peer peer = {.version = version, .open = open, .chat = call, .close = session_close};
  int result = measure_main(argc, argv, &peer);
  curl_global_cleanup();
  return result;
}

#endif
