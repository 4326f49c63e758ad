/* What one call takes that has no network and no thread: a webhook that is read, a text that is formatted or split. In time
   on a processor, which other programs do not change. */
#include <string.h>

#include <robofy.h>

#include "gate.h"

static double cpu_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static char *contents(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0) gate_fail("no such file");
  long size = ftell(file);
  rewind(file);
  char *text = size < 0 ? NULL : malloc((size_t)size + 1);
  if (!text || fread(text, 1, (size_t)size, file) != (size_t)size) gate_fail("the file cannot be read");
  fclose(file);
  text[size] = '\0';
  *length = (size_t)size;
  return text;
}

/* How much came of it: events or parts, 1 for a text. */
static size_t call(const char *what, const RobofyWebhook *webhook, const char *signature, const char *text, size_t length) {
  RobofyError *error = NULL;
  size_t count = 0;
  if (webhook) {
    RobofyIncoming *incoming = robofy_webhook_read(webhook, NULL, signature, text, length, &error);
    count = robofy_incoming_count(incoming);
    robofy_incoming_free(incoming);
  } else if (strcmp(what, "format") == 0) {
    char *formatted = robofy_whatsapp_format(text, ROBOFY_DIALECT_MARKDOWN, &error);
    count = formatted != NULL;
    robofy_free_string(formatted);
  } else {
    RobofyParts *parts = robofy_whatsapp_split(text, 0, &error);
    count = robofy_parts_count(parts);
    robofy_parts_free(parts);
  }
  if (error) gate_fail(robofy_error_message(error));
  return count;
}

int main(int argc, char **argv) {
  if (argc != 6) gate_fail("usage: pure_robofy webhook|format|split FILE CALLS SECRET SIGNATURE");
  size_t length, calls = strtoul(argv[3], NULL, 10), count = 0;
  char *text = contents(argv[2], &length);
  RobofyWebhook *webhook = NULL;
  if (strcmp(argv[1], "webhook") == 0) webhook = robofy_webhook_new(ROBOFY_CHANNEL_META, argv[4], NULL);
  gate_ready(robofy_version());
  double wall = gate_seconds(), cpu = cpu_seconds();
  for (size_t i = 0; i < calls; i++) count = call(argv[1], webhook, argv[5], text, length);
  char more[96];
  snprintf(more, sizeof more, ", \"cpu_us_per_call\": %.3f", (cpu_seconds() - cpu) * 1e6 / (double)calls);
  gate_done(gate_seconds() - wall, count, count == 0, more);
  robofy_webhook_free(webhook);
  free(text);
  return 0;
}
