/* What a careful C programmer writes without the library: one easy handle a thread, kept alive, and cJSON. */
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

static void *session_open(void *shared, const Server *server) {
  (void)shared;
  Session *session = calloc(1, sizeof *session);
  if (!session || !(session->curl = curl_easy_init())) peer_fail("libcurl: no easy handle");
  char url[128];
  peer_base_url(server, url, sizeof url - sizeof CHAT_PATH);
  strcat(url, CHAT_PATH);
  session->headers = curl_slist_append(session->headers, "Content-Type: application/json");
  session->headers = curl_slist_append(session->headers, "Authorization: Bearer " CHAT_API_KEY);
  curl_easy_setopt(session->curl, CURLOPT_URL, url);
  curl_easy_setopt(session->curl, CURLOPT_HTTPHEADER, session->headers);
  curl_easy_setopt(session->curl, CURLOPT_USERAGENT, "bench");
  curl_easy_setopt(session->curl, CURLOPT_HTTP_VERSION, server->http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1);
  /* As the curl tool does. */
  const char *ca_file = server->ca_file ? server->ca_file : getenv("SSL_CERT_FILE");
  if (ca_file) curl_easy_setopt(session->curl, CURLOPT_CAINFO, ca_file);
  curl_easy_setopt(session->curl, CURLOPT_PROXY, server->proxy ? server->proxy : "");
  curl_easy_setopt(session->curl, CURLOPT_POST, 1L);
  curl_easy_setopt(session->curl, CURLOPT_WRITEFUNCTION, body_append);
  curl_easy_setopt(session->curl, CURLOPT_WRITEDATA, session);
  curl_easy_setopt(session->curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(session->curl, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(session->curl, CURLOPT_TIMEOUT_MS, (long)CHAT_TIMEOUT_MS);
  return session;
}

static char *request_json(void) {
  cJSON *request = cJSON_CreateObject();
  cJSON_AddStringToObject(request, "query", CHAT_QUERY);
  cJSON_AddStringToObject(request, "pid", CHAT_PID);
  cJSON_AddStringToObject(request, "chatbot_id", CHAT_CHATBOT_ID);
  cJSON *context = cJSON_AddObjectToObject(request, "user_context");
  cJSON_AddStringToObject(context, "session_id", CHAT_SESSION_ID);
  cJSON_AddStringToObject(context, "platform", "whatsapp");
  char *json = cJSON_PrintUnformatted(request);
  cJSON_Delete(request);
  return json;
}

/* The answer as the caller's own string, as robofy_whatsapp_chat gives it; NULL if there is none. */
static char *reply_answer(const Session *session) {
  cJSON *reply = cJSON_ParseWithLength(session->body, session->length);
  const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(
      cJSON_GetObjectItemCaseSensitive(reply, "data"), "answer"));
  char *answer = NULL;
  if (text && *text) {
    answer = malloc(strlen(text) + 1);
    if (answer) strcpy(answer, text);
  }
  cJSON_Delete(reply);
  return answer;
}

static bool session_chat(void *argument) {
  Session *session = argument;
  session->length = 0;
  char *json = request_json();
  curl_easy_setopt(session->curl, CURLOPT_POSTFIELDS, json);
  curl_easy_setopt(session->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(json));
  CURLcode code = curl_easy_perform(session->curl);
  cJSON_free(json);
  long status = 0;
  curl_easy_getinfo(session->curl, CURLINFO_RESPONSE_CODE, &status);
  if (code != CURLE_OK || status != 200) {
    fprintf(stderr, "libcurl: %s, HTTP status %ld\n", curl_easy_strerror(code), status);
    return false;
  }
  char *answer = reply_answer(session);
  if (!answer) fprintf(stderr, "libcurl: no answer in %s\n", session->body);
  bool answered = answer != NULL;
  free(answer);
  return answered;
}

static void session_close(void *argument) {
  Session *session = argument;
  curl_easy_cleanup(session->curl);
  curl_slist_free_all(session->headers);
  free(session->body);
  free(session);
}

int main(int argc, char **argv) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  char version[128];
  snprintf(version, sizeof version, "libcurl %s, cJSON %s", curl_version_info(CURLVERSION_NOW)->version, cJSON_Version());
  const Peer peer = {.version = version, .open = session_open, .chat = session_chat, .close = session_close};
  int result = measure_main(argc, argv, &peer);
  curl_global_cleanup();
  return result;
}
