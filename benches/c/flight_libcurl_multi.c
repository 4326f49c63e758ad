/* Many chats at once on one thread with libcurl's multi interface over HTTP/2, as its manual advises: an easy handle per
   chat, multiplexing, CURLOPT_PIPEWAIT so that a chat waits for a connection it can share. CONNECTIONS bounds the
   connections to the server; with as many as there are chats, libcurl opens what it wants. */
#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <string.h>

#include "chat.h"
#include "gate.h"

enum { STREAMS_A_CONNECTION = 1000 }; /* the server's own limit decides, not libcurl's default of 100 */

typedef struct Flight {
  CURLM *multi;
  struct curl_slist *headers;
  char url[128];
  const char *ca_file;
} Flight;

typedef struct Chat {
  char body[1024];
  size_t length;
} Chat;

static size_t body_append(char *data, size_t size, size_t count, void *argument) {
  Chat *chat = argument;
  size_t more = size * count;
  if (chat->length + more >= sizeof chat->body) return 0;
  memcpy(chat->body + chat->length, data, more);
  chat->length += more;
  return more;
}

static char *request_json(size_t number) {
  char session_id[32];
  snprintf(session_id, sizeof session_id, "9187270%05zu", number);
  cJSON *request = cJSON_CreateObject();
  cJSON_AddStringToObject(request, "query", CHAT_QUERY);
  cJSON_AddStringToObject(request, "pid", CHAT_PID);
  cJSON_AddStringToObject(request, "chatbot_id", CHAT_CHATBOT_ID);
  cJSON *context = cJSON_AddObjectToObject(request, "user_context");
  cJSON_AddStringToObject(context, "session_id", session_id);
  cJSON_AddStringToObject(context, "platform", "whatsapp");
  char *json = cJSON_PrintUnformatted(request);
  cJSON_Delete(request);
  return json;
}

static void submit(const Flight *flight, Chat *chat, size_t number) {
  CURL *easy = curl_easy_init();
  char *json = request_json(number);
  if (!easy || !json) gate_fail("libcurl: no easy handle");
  curl_easy_setopt(easy, CURLOPT_URL, flight->url);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, flight->headers);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "bench");
  curl_easy_setopt(easy, CURLOPT_CAINFO, flight->ca_file);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
  curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
  curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, json);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body_append);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, chat);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, chat);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  cJSON_free(json);
  curl_multi_add_handle(flight->multi, easy);
}

static bool is_answered(const CURLMsg *done, const Chat *chat) {
  long status = 0;
  curl_easy_getinfo(done->easy_handle, CURLINFO_RESPONSE_CODE, &status);
  if (done->data.result != CURLE_OK || status != 200) {
    fprintf(stderr, "a chat failed: %s, HTTP status %ld\n", curl_easy_strerror(done->data.result), status);
    return false;
  }
  cJSON *reply = cJSON_ParseWithLength(chat->body, chat->length);
  const char *answer = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(
      cJSON_GetObjectItemCaseSensitive(reply, "data"), "answer"));
  bool answered = answer && *answer;
  cJSON_Delete(reply);
  return answered;
}

static size_t collect(const Flight *flight, size_t *answered) {
  size_t completed = 0;
  int waiting;
  for (CURLMsg *done; (done = curl_multi_info_read(flight->multi, &waiting));) {
    Chat *chat;
    curl_easy_getinfo(done->easy_handle, CURLINFO_PRIVATE, (char **)&chat);
    *answered += is_answered(done, chat);
    completed++;
    CURL *easy = done->easy_handle;
    curl_multi_remove_handle(flight->multi, easy);
    curl_easy_cleanup(easy);
  }
  return completed;
}

static void fly(const Flight *flight, size_t chats) {
  Chat *all = calloc(chats, sizeof *all);
  if (!all) gate_fail("out of memory");
  size_t answered = 0, completed = 0;
  double began = gate_seconds();
  for (size_t i = 0; i < chats; i++) submit(flight, &all[i], i);
  while (completed < chats) {
    int running;
    curl_multi_perform(flight->multi, &running);
    completed += collect(flight, &answered);
    if (completed < chats) curl_multi_poll(flight->multi, NULL, 0, 1000, NULL);
  }
  double wall = gate_seconds() - began;
  gate_done(wall, answered, chats - answered, "");
  free(all);
}

int main(int argc, char **argv) {
  static const char *const names[] = {"PORT", "CHATS", "CONNECTIONS"};
  size_t numbers[3];
  Flight flight = {.ca_file = gate_arguments(argc, argv, names, numbers, 3)};
  curl_global_init(CURL_GLOBAL_DEFAULT);
  snprintf(flight.url, sizeof flight.url, "https://127.0.0.1:%zu" CHAT_PATH, numbers[0]);
  flight.headers = curl_slist_append(flight.headers, "Content-Type: application/json");
  flight.headers = curl_slist_append(flight.headers, "Authorization: Bearer " CHAT_API_KEY);
  flight.multi = curl_multi_init();
  curl_multi_setopt(flight.multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  curl_multi_setopt(flight.multi, CURLMOPT_MAX_CONCURRENT_STREAMS, (long)STREAMS_A_CONNECTION);
  if (numbers[2] < numbers[1]) curl_multi_setopt(flight.multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)numbers[2]);

  char version[128];
  snprintf(version, sizeof version, "libcurl %s, cJSON %s", curl_version_info(CURLVERSION_NOW)->version, cJSON_Version());
  gate_ready(version);
  fly(&flight, numbers[1]);
  curl_multi_cleanup(flight.multi);
  curl_slist_free_all(flight.headers);
  curl_global_cleanup();
  return 0;
}
