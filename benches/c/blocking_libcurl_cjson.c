/* robofy_whatsapp_chat, written with libcurl and cJSON. */
#include "libcurl_peer.h"

static void *session_open(void *shared, const Server *server) {
  (void)shared;
  Session *session = session_at(server, CHAT_PATH);
  session->headers = curl_slist_append(session->headers, "Content-Type: application/json");
  curl_easy_setopt(session->curl, CURLOPT_HTTPHEADER, session->headers);
  curl_easy_setopt(session->curl, CURLOPT_POST, 1L);
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
  char *json = request_json();
  curl_easy_setopt(session->curl, CURLOPT_POSTFIELDS, json);
  curl_easy_setopt(session->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(json));
  bool performed = session_perform(session);
  cJSON_free(json);
  if (!performed) return false;
  char *answer = reply_answer(session);
  if (!answer) fprintf(stderr, "libcurl: no answer in %s\n", session->body);
  bool answered = answer != NULL;
  free(answer);
  return answered;
}

int main(int argc, char **argv) { return libcurl_main(argc, argv, session_open, session_chat); }
