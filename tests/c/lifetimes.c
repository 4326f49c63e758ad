/* With the last client go the threads and descriptors that came with the first; clients come and go as they like. */
#include <unistd.h>

#include "process.h"
#include "submitted.h"

static void nothing_stays_behind(const char *url, const char *ca_file)
{
    int descriptors = descriptors_now();
    CHECK_INT(threads_now(), 1);
    for (int i = 0; i < rounds(50, 3); i++) {
        RobofyClient *client = client_trusting(url, ca_file);
        check_answered(client, "Hello");
        robofy_client_free(client);
        CHECK_INT(threads_left(1), 1);
        CHECK_INT(descriptors_now(), descriptors);
    }
}

static void a_client_that_never_chats_starts_nothing(const char *url, const char *ca_file)
{
    int descriptors = descriptors_now();
    RobofyClient *client = client_trusting(url, ca_file);
    CHECK_INT(threads_now(), 1);
    CHECK_INT(descriptors_now(), descriptors);
    robofy_client_free(client);
}

static void clients_do_not_need_each_other(const char *url, const char *ca_file)
{
    RobofyClient *one = client_trusting(url, ca_file);
    RobofyClient *two = client_trusting(url, ca_file);
    check_answered(one, "one");
    check_answered(two, "two");
    robofy_client_free(one);
    check_answered(two, "two again");
    one = client_trusting(url, ca_file);
    check_answered(one, "another one");
    robofy_client_free(two);
    check_answered(one, "another one again");
    robofy_client_free(one);
    CHECK_INT(threads_left(1), 1);
}

static void failures_leave_nothing_behind(const char *url, const char *ca_file)
{
    static const char *const failing[] = {"!status=500", "!reset=before", "!reset=midway", "!truncate", "!garbage",
                                          "!huge=10000000"};
    int descriptors = descriptors_now();
    for (size_t i = 0; i < sizeof failing / sizeof *failing; i++) {
        RobofyClient *client = client_trusting(url, ca_file);
        CHECK(!send_query(client, failing[i], NULL));
        robofy_client_free(client);
        CHECK_INT(threads_left(1), 1);
        CHECK_INT(descriptors_now(), descriptors);
    }
}

static void a_call_given_up_leaves_nothing_behind(const char *url, const char *ca_file)
{
    int descriptors = descriptors_now();
    RobofyClient *client = client_trusting(url, ca_file);
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, "!delay-ms=60000");
    robofy_message_set_timeout_ms(message, 300);
    CHECK(!robofy_whatsapp_send(client, message, NULL));
    robofy_message_free(message);
    robofy_client_free(client);
    CHECK_INT(threads_left(1), 1);
    CHECK_INT(descriptors_now(), descriptors);
}

/* Some in flight, some to be collected, some that have not even begun. */
static void submit_and_leave(RobofyClient *client)
{
    for (uint64_t tag = 0; tag < 20; tag++)
        submit_query(client, "Hello", tag);
    check_complete(client, 10, ROBOFY_STATUS_OK);
    for (uint64_t tag = 100; tag < 150; tag++)
        submit_query(client, "!delay-ms=60000", tag);
}

static void chats_and_completions_go_with_their_client(const char *url, const char *ca_file)
{
    int descriptors = descriptors_now();
    for (int i = 0; i < rounds(10, 2); i++) {
        RobofyClient *client = client_trusting(url, ca_file);
        CHECK_AT_LEAST(robofy_client_poll_fd(client), 0);
        submit_and_leave(client);
        sleep_ms(i * 10);
        int64_t began = now_ms();
        robofy_client_free(client);
        CHECK_BETWEEN(now_ms() - began, 0, 5000);
        CHECK_INT(threads_left(1), 1);
        CHECK_INT(descriptors_now(), descriptors);
    }
}

/* A new connection may have been given the number of a descriptor that was closed. */
static bool is_eventfd(int fd)
{
    char path[32], target[32] = "";
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return readlink(path, target, sizeof target - 1) > 0 && strcmp(target, "anon_inode:[eventfd]") == 0;
}

/* While another client keeps the threads and the connections alive. */
static void a_descriptor_is_closed_with_its_client(const char *url, const char *ca_file)
{
    RobofyClient *another = client_trusting(url, ca_file);
    check_answered(another, "before");
    for (int i = 0; i < rounds(20, 3); i++) {
        RobofyClient *client = client_trusting(url, ca_file);
        int fd = robofy_client_poll_fd(client);
        CHECK(is_eventfd(fd));
        submit_and_leave(client);
        robofy_client_free(client);
        CHECK(!is_eventfd(fd));
        check_answered(another, "after");
    }
    robofy_client_free(another);
    CHECK_INT(threads_left(1), 1);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("lifetimes URL CA_FILE|-");
    nothing_stays_behind(argv[1], argv[2]);
    a_client_that_never_chats_starts_nothing(argv[1], argv[2]);
    clients_do_not_need_each_other(argv[1], argv[2]);
    failures_leave_nothing_behind(argv[1], argv[2]);
    a_call_given_up_leaves_nothing_behind(argv[1], argv[2]);
    chats_and_completions_go_with_their_client(argv[1], argv[2]);
    a_descriptor_is_closed_with_its_client(argv[1], argv[2]);
    return checks_result();
}
