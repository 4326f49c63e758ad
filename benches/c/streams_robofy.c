/* Answers in events: many streams that wait, and then the time from a delta's leaving the service to its being in hand. */
#include "robofy_client.h"

#define STREAM_PATH "/v1/ai-agent/a-stream"
#define WAITING "!answer=x endless=silence"
/* The answer's pieces are the times at which they left, in microseconds of CLOCK_REALTIME. */
#define STAMPED "!stamps event-delay-ms=2 deltas="

static RobofyStream *open_stream(const RobofyClient *client, const char *query) {
  RobofyError *error = NULL;
  RobofyMessage *message = robofy_message_new(CHAT_PID, CHAT_CHATBOT_ID, query);
  robofy_message_set_timeout_ms(message, 600000);
  RobofyStream *stream = robofy_stream_open(client, STREAM_PATH, message, &error);
  if (!stream) robofy_fail("robofy_stream_open", error);
  robofy_message_free(message);
  return stream;
}

/* The next delta; NULL at the end. The caller frees it. */
static RobofyStreamEvent *next_delta(const RobofyStream *stream) {
  RobofyError *error = NULL;
  RobofyStreamEvent *event;
  while ((event = robofy_stream_next(stream, -1, &error)) && robofy_stream_event_kind(event) != ROBOFY_STREAM_EVENT_KIND_DELTA)
    robofy_stream_event_free(event);
  if (error) robofy_fail("robofy_stream_next", error);
  return event;
}

/* All have had their first delta, and wait for the next. */
static RobofyStream **open_many(const RobofyClient *client, size_t count) {
  RobofyStream **streams = calloc(count, sizeof *streams);
  if (!streams) gate_fail("out of memory");
  for (size_t i = 0; i < count; i++) streams[i] = open_stream(client, WAITING);
  for (size_t i = 0; i < count; i++) robofy_stream_event_free(next_delta(streams[i]));
  return streams;
}

static int by_value(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static double real_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Fills `us` with the delta's times, sorted; how many there are. */
static size_t time_deltas(const RobofyClient *client, double *us, size_t deltas) {
  char query[64];
  size_t count = 0;
  snprintf(query, sizeof query, STAMPED "%zu", deltas);
  RobofyStream *stream = open_stream(client, query);
  for (RobofyStreamEvent *event; count < deltas && (event = next_delta(stream)); robofy_stream_event_free(event))
    us[count++] = real_us() - strtod(robofy_stream_event_text(event), NULL);
  robofy_stream_free(stream);
  qsort(us, count, sizeof *us, by_value);
  return count;
}

int main(int argc, char **argv) {
  static const char *const names[] = {"PORT", "STREAMS", "DELTAS"};
  size_t numbers[3];
  char more[128];
  const char *ca_file = gate_arguments(argc, argv, names, numbers, 3);
  RobofyOptions *options = bench_options(numbers[0], ca_file);
  RobofyClient *client = bench_client(CHAT_API_KEY, options);
  robofy_options_free(options);
  RobofyStream *first = open_stream(client, WAITING);
  robofy_stream_event_free(next_delta(first));
  gate_ready(robofy_version());

  double began = gate_seconds();
  RobofyStream **streams = open_many(client, numbers[1]);
  double wall = gate_seconds() - began;
  gate_ready(robofy_version());

  double *us = calloc(numbers[2], sizeof *us);
  if (!us) gate_fail("out of memory");
  size_t count = time_deltas(client, us, numbers[2]);
  if (!count) gate_fail("no delta came");
  snprintf(more, sizeof more, ", \"delta_p50_us\": %.1f, \"delta_p99_us\": %.1f, \"delta_max_us\": %.1f",
           us[count / 2], us[count * 99 / 100], us[count - 1]);
  gate_done(wall, numbers[1], 0, more);
  for (size_t i = 0; i < numbers[1]; i++) robofy_stream_free(streams[i]);
  robofy_stream_free(first);
  free(streams);
  free(us);
  robofy_client_free(client);
  return 0;
}
