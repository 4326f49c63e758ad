/* Streams among others: in an event loop, across threads, beside a flood, and after their client. */
#include <poll.h>
#include <pthread.h>

#include "streaming.h"

#define MOST_STREAMS 50

/* One thread, many streams, no waiting but for descriptors. */
static void one_thread_reads_many(const RobofyClient *client)
{
    RobofyStream *streams[MOST_STREAMS];
    struct pollfd watched[MOST_STREAMS];
    int count = rounds(MOST_STREAMS, 10), open = count;
    for (int i = 0; i < count; i++) {
        streams[i] = open_stream(client, "!deltas=20 event-delay-ms=5");
        watched[i] = (struct pollfd){.fd = robofy_stream_poll_fd(streams[i]), .events = POLLIN};
        CHECK_AT_LEAST(watched[i].fd, 0);
    }
    while (open > 0 && CHECK(poll(watched, (nfds_t)count, PATIENCE_MS) > 0))
        for (int i = 0; i < count; i++) {
            if (!watched[i].revents)
                continue;
            RobofyError *error;
            for (RobofyStreamEvent *event; (event = robofy_stream_next(streams[i], 0, &error));)
                robofy_stream_event_free(event);
            CHECK(!error);
            if (robofy_stream_is_done(streams[i]))
                watched[i].fd = -1, open--;
        }
    for (int i = 0; i < count; i++) {
        check_stream(streams[i], "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 ", SESSION);
        robofy_stream_free(streams[i]);
    }
}

static void *wait_for_its_end(void *stream)
{
    RobofyError *error;
    while (!robofy_stream_is_done(stream)) {
        robofy_stream_event_free(robofy_stream_next(stream, -1, &error));
        if (error)
            return error;
    }
    return NULL;
}

/* Whoever waits is told. */
static void another_thread_cancels(const RobofyClient *client)
{
    pthread_t waiting;
    void *error;
    RobofyStream *stream = open_stream(client, "!endless=silence");
    CHECK_INT(pthread_create(&waiting, NULL, wait_for_its_end, stream), 0);
    sleep_ms(50);
    CHECK(robofy_stream_cancel(stream));
    CHECK_INT(pthread_join(waiting, &error), 0);
    check_error(error, ROBOFY_STATUS_CANCELLED);
    robofy_error_free(error);
    robofy_stream_free(stream);
}

/* One is read by a thread as fast as it can, one by nobody. */
static void floods_leave_others_their_time(const RobofyClient *client)
{
    pthread_t reading;
    void *error;
    RobofyStream *read = open_stream(client, "!endless=deltas"), *left = open_stream(client, "!endless=deltas");
    CHECK_INT(pthread_create(&reading, NULL, wait_for_its_end, read), 0);
    for (int i = 0; i < rounds(20, 3); i++)
        check_answered(client, "Hello");
    CHECK(robofy_stream_cancel(read));
    CHECK_INT(pthread_join(reading, &error), 0);
    check_error(error, ROBOFY_STATUS_CANCELLED);
    robofy_error_free(error);
    robofy_stream_free(read);
    robofy_stream_free(left);
}

static void it_outlives_its_client(const char *url, const char *ca_file)
{
    RobofyError *error;
    RobofyClient *client = client_trusting(url, ca_file);
    RobofyStream *stream = open_stream(client, "!answer=Hello event-delay-ms=5");
    robofy_client_free(client);
    CHECK_INT(read_to_end(stream, &error), 9);
    CHECK(!error);
    robofy_stream_free(stream);
    client = client_trusting(url, ca_file);
    stream = open_stream(client, "!endless=deltas");
    robofy_client_free(client);
    robofy_stream_free(stream);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("event_loops URL CA_FILE|-");
    RobofyClient *client = client_trusting(argv[1], argv[2]);
    one_thread_reads_many(client);
    another_thread_cancels(client);
    floods_leave_others_their_time(client);
    robofy_client_free(client);
    it_outlives_its_client(argv[1], argv[2]);
    return checks_result();
}
