/* What the driver is told, as NAME=VALUE. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "neighbour.h"

static struct {
    const char *url, *key, *query, *ca_file, *proxy, *neighbour_service, *method;
    bool submits, retries_ambiguous, warm;
    long chats, rounds, pause_ms, query_bytes, patience_ms;
    long timeout_ms, connect_timeout_ms, max_retries, max_response_bytes;
} given = {
    .url = "", .key = "", .neighbour_service = "none", .query = "Hello", .chats = 1, .rounds = 2, .patience_ms = 60000,
    .timeout_ms = 10000, .connect_timeout_ms = 5000, .max_retries = 1,
};

static inline const char *value_of(const char *argument, const char *name)
{
    size_t length = strlen(name);
    return strncmp(argument, name, length) == 0 && argument[length] == '=' ? argument + length + 1 : NULL;
}

static inline bool take(const char *argument)
{
    const struct { const char *name; const char **into; } texts[] = {
        {"url", &given.url}, {"key", &given.key}, {"query", &given.query}, {"ca_file", &given.ca_file},
        {"proxy", &given.proxy}, {"neighbour", &neighbour.url}, {"neighbour_service", &given.neighbour_service},
        /* With one, messages are requests by their path. */
        {"method", &given.method},
    };
    const struct { const char *name; bool *into; } switches[] = {
        {"submits", &given.submits}, {"retry_ambiguous", &given.retries_ambiguous}, {"warm", &given.warm},
    };
    const struct { const char *name; long *into; } numbers[] = {
        {"chats", &given.chats}, {"rounds", &given.rounds}, {"pause_ms", &given.pause_ms},
        {"timeout_ms", &given.timeout_ms}, {"connect_timeout_ms", &given.connect_timeout_ms},
        {"max_retries", &given.max_retries}, {"max_response_bytes", &given.max_response_bytes},
        {"query_bytes", &given.query_bytes}, {"patience_ms", &given.patience_ms},
    };
    const char *value;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if ((value = value_of(argument, texts[i].name)))
            return *texts[i].into = value, true;
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
        if ((value = value_of(argument, switches[i].name)))
            return *switches[i].into = strcmp(value, "1") == 0, true;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if ((value = value_of(argument, numbers[i].name)))
            return *numbers[i].into = atol(value), true;
    return false;
}

#endif
