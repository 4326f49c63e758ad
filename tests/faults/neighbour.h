/* A healthy client beside the one that meets a fault: what it waits for its answers, and whether it gets all of them. */
#ifndef NEIGHBOUR_H
#define NEIGHBOUR_H

#include <pthread.h>
#include <string.h>

#include "machine.h"
#include "process.h"
#include "robofy.h"

/* Between two chats. */
#define NEIGHBOUR_PAUSE_MS 5
#define NEIGHBOUR_DEADLINE_MS 30000

static struct {
    const char *url;
    /* The tasks of the service that it talks to. */
    char service[64];
    RobofyClient *client;
    pthread_t thread;
    int stop;
    long chats, failed;
    /* The longest wait, and the longest when what the machine withheld is taken off. */
    int64_t worst_us, worst_added_us;
} neighbour;

static inline int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Since the last time. */
static inline int64_t withheld_us(struct withheld *since)
{
    int64_t before = since->sum;
    withheld_look(since);
    withheld_from(since, "/proc/self/task");
    withheld_from(since, neighbour.service);
    withheld_from_network(since);
    return (since->sum - before) / 1000;
}

static inline void neighbour_failed(const RobofyError *error)
{
    fprintf(stderr, "the neighbour's chat %ld failed: %s\n", neighbour.chats + 1, robofy_error_message(error));
    neighbour.failed++;
}

static inline void neighbour_submits(const RobofyMessage *message)
{
    RobofyError *error;
    if (!robofy_whatsapp_submit(neighbour.client, message, 1, &error)) {
        neighbour_failed(error);
        robofy_error_free(error);
        return;
    }
    RobofyCompletion *completion = robofy_client_poll(neighbour.client, -1);
    if (robofy_completion_error(completion))
        neighbour_failed(robofy_completion_error(completion));
    robofy_completion_free(completion);
}

static inline void neighbour_calls(const RobofyMessage *message)
{
    RobofyError *error;
    RobofyReply *reply = robofy_whatsapp_send(neighbour.client, message, &error);
    if (!reply)
        neighbour_failed(error);
    robofy_reply_free(reply);
    robofy_error_free(error);
}

/* By turns: a submitted chat needs the library's thread, and a call may do without. */
static inline void neighbour_chats(const RobofyMessage *message)
{
    if (neighbour.chats % 4)
        neighbour_submits(message);
    else
        neighbour_calls(message);
    neighbour.chats++;
}

static inline void *neighbour_lives(void *message)
{
    static struct withheld withheld;
    withheld_us(&withheld);
    while (!__atomic_load_n(&neighbour.stop, __ATOMIC_RELAXED)) {
        int64_t begun = now_us();
        neighbour_chats(message);
        int64_t waited = now_us() - begun;
        int64_t added = waited - withheld_us(&withheld);
        if (waited > neighbour.worst_us)
            neighbour.worst_us = waited;
        if (added > neighbour.worst_added_us)
            neighbour.worst_added_us = added;
        sleep_ms(NEIGHBOUR_PAUSE_MS);
    }
    robofy_message_free(message);
    return NULL;
}

/* Open now: it may come to need a second and a third, where its threads did not run in between. */
static inline int neighbour_connections(void)
{
    int connections = 0;
    if (!neighbour.client)
        return 0;
    char *stats = robofy_client_stats(neighbour.client);
    const char *figure = strstr(stats, "\"connections\":");
    if (!figure || sscanf(figure, "\"connections\":%d", &connections) != 1)
        abort();
    robofy_free_string(stats);
    return connections;
}

/* Returns when its connection is made. */
static inline void neighbour_moves_in(const char *key)
{
    RobofyError *error;
    if (!neighbour.url)
        return;
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_base_url(options, neighbour.url);
    robofy_options_set_timeout_ms(options, NEIGHBOUR_DEADLINE_MS);
    robofy_options_set_max_retries(options, 0);
    neighbour.client = robofy_client_new(key, options, &error);
    robofy_options_free(options);
    RobofyMessage *message = robofy_message_new("project-1", "agent-1", "Hello");
    neighbour.stop = 0;
    neighbour_submits(message);
    if (!neighbour.client || pthread_create(&neighbour.thread, NULL, neighbour_lives, message))
        abort();
}

static inline void neighbour_moves_out(void)
{
    if (!neighbour.url)
        return;
    __atomic_store_n(&neighbour.stop, 1, __ATOMIC_RELAXED);
    pthread_join(neighbour.thread, NULL);
    robofy_client_free(neighbour.client);
    neighbour.client = NULL;
}

#endif
