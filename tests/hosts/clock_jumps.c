/* The clock of the wall is set while chats wait: their deadlines run on. Runs under libfaketime, which reads the wall's
   clock from a file, and leaves the steady one alone. */
#include <time.h>

#include "submitted.h"

#define DAYS 30

static const char *clock_file;

static void set_clock(const char *offset)
{
    FILE *file = fopen(clock_file, "w");
    CHECK(file && fprintf(file, "%s\n", offset) > 0);
    if (file)
        fclose(file);
}

static void check_the_clock_jumps(void)
{
    time_t before = time(NULL);
    set_clock("+30d");
    CHECK_BETWEEN(time(NULL) - before, DAYS * 86400 - 60, DAYS * 86400 + 60);
    set_clock("+0");
}

static void answered_across(const RobofyClient *client, const char *offset)
{
    int64_t began = now_ms();
    submit_query(client, "!delay-ms=800 answer=late", 1);
    set_clock(offset);
    check_answered(client, "!delay-ms=800 answer=late");
    set_clock("+0");
    check_completes(client, 1, ROBOFY_STATUS_OK);
    CHECK_AT_LEAST(now_ms() - began, 800);
}

static void timed_out_across(const RobofyClient *client, const char *offset)
{
    int64_t began = now_ms();
    submit_within(client, 700, "!delay-ms=60000", 1);
    set_clock(offset);
    check_completes(client, 1, ROBOFY_STATUS_TIMEOUT);
    CHECK_BETWEEN(now_ms() - began, 700, PATIENCE_MS / 2);
    set_clock("+0");
    began = now_ms();
    CHECK(!robofy_client_poll(client, 300));
    CHECK_BETWEEN(now_ms() - began, 300, PATIENCE_MS / 2);
}

/* A wait in seconds is counted on the steady clock too. */
static void retried_across(const RobofyClient *client, const char *offset, const char *query)
{
    int64_t began = now_ms();
    submit_query(client, query, 1);
    sleep_ms(300);
    set_clock(offset);
    check_completes(client, 1, ROBOFY_STATUS_OK);
    CHECK_BETWEEN(now_ms() - began, 1000, PATIENCE_MS / 2);
    set_clock("+0");
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return usage("clock_jumps URL CA_FILE|- CLOCK_FILE");
    clock_file = argv[3];
    check_the_clock_jumps();
    RobofyClient *client = client_trusting(argv[1], argv[2]);
    check_answered(client, "Hello");
    answered_across(client, "+30d");
    answered_across(client, "-30d");
    timed_out_across(client, "+30d");
    timed_out_across(client, "-30d");
    retried_across(client, "+30d", "!status=503 retry-after=1 fails=1 code=FORWARDS");
    retried_across(client, "-30d", "!status=503 retry-after=1 fails=1 code=BACKWARDS");
    robofy_client_free(client);
    return checks_result();
}
