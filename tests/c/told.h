/* What a case of the contract says, as NAME=VALUE, and checks against it. */
#ifndef TOLD_H
#define TOLD_H

#include "process.h"
#include "submitted.h"

static int fields;
static char **field;

/* What the case says of this, the first time or a later one; NULL where it says nothing. */
static inline const char *told_again(const char *name, int skipped)
{
    size_t length = strlen(name);
    for (int i = 0; i < fields; i++)
        if (strncmp(field[i], name, length) == 0 && field[i][length] == '=' && skipped-- == 0)
            return field[i] + length + 1;
    return NULL;
}

static inline const char *told(const char *name)
{
    return told_again(name, 0);
}

static inline long told_number(const char *name)
{
    const char *value = told(name);
    return value ? strtol(value, NULL, 10) : 0;
}

static inline bool is_told(const char *name, const char *value)
{
    return told(name) && strcmp(told(name), value) == 0;
}

static inline RobofyClient *client_as_told(const char *url)
{
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_max_retries(options, 0);
    if (told("timeout_ms"))
        robofy_options_set_timeout_ms(options, (uint64_t)told_number("timeout_ms"));
    robofy_options_set_max_in_flight(options, (uint32_t)told_number("max_in_flight"));
    robofy_options_set_ordered_sessions(options, is_told("ordered_sessions", "true"));
    return client_with(options, told("base_url") ? told("base_url") : url);
}

/* An empty value stands for none. */
static inline void check_told(const char *name, const char *actual)
{
    const char *expected = told(name);
    if (expected)
        CHECK_TEXT(actual, *expected ? expected : NULL);
}

static inline void check_failed_as_told(const RobofyError *error)
{
    if (!CHECK(error != NULL))
        return;
    check_told("status", robofy_status_name(robofy_error_status(error)));
    check_told("code", robofy_error_code(error));
    check_told("detail", robofy_error_detail(error));
    if (told("http_status"))
        CHECK_INT(robofy_error_http_status(error), told_number("http_status"));
    if (told("retryable"))
        CHECK_INT(robofy_error_is_retryable(error), is_told("retryable", "true"));
    if (told("retry_after_ms"))
        CHECK_INT(robofy_error_retry_after_ms(error), told_number("retry_after_ms"));
    if (told("names"))
        CHECK_CONTAINS(robofy_error_message(error), told("names"));
    check_error(error, robofy_error_status(error));
}

/* One promise, by the first argument. */
struct promise {
    const char *name;
    void (*keep)(const char *url);
};

static inline int keep_promise(const struct promise *promises, size_t count, int argc, char **argv)
{
    fields = argc - 3;
    field = argv + 3;
    for (size_t i = 0; argc >= 3 && i < count; i++)
        if (strcmp(argv[1], promises[i].name) == 0) {
            promises[i].keep(argv[2]);
            return checks_result();
        }
    return usage("PROMISE URL [NAME=VALUE ...]");
}

#endif
