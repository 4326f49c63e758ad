/* robofy_client_request from every thread: a GET, of whose answer `data` is read. */
#include "robofy_peer.h"
#include "request.h"

static bool client_request(void *client) {
  RobofyError *error = NULL;
  RobofyResponse *response = robofy_client_request(client, "GET", REQUEST_PATH, REQUEST_QUERY, NULL, NULL, &error);
  if (!response) return failed("robofy_client_request", error);
  const char *data = robofy_response_data(response);
  if (!data) fprintf(stderr, "robofy: no data in the answer\n");
  robofy_response_free(response);
  return data != NULL;
}

int main(int argc, char **argv) { return robofy_main(argc, argv, client_request); }
