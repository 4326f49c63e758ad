/* robofy_client_request, written with libcurl and cJSON: a GET, of whose answer `data` is read. */
#include "libcurl_peer.h"
#include "request.h"

static void *session_open(void *shared, const Server *server) {
  (void)shared;
  return session_at(server, REQUEST_PATH "?" REQUEST_QUERY);
}

static bool session_request(void *argument) {
  Session *session = argument;
  if (!session_perform(session)) return false;
  cJSON *reply = cJSON_ParseWithLength(session->body, session->length);
  bool has_data = cJSON_GetObjectItemCaseSensitive(reply, "data") != NULL;
  if (!has_data) fprintf(stderr, "libcurl: no data in %s\n", session->body);
  cJSON_Delete(reply);
  return has_data;
}

int main(int argc, char **argv) { return libcurl_main(argc, argv, session_open, session_request); }
