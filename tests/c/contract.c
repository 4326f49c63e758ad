/* The contract of the bindings, kept by C: one promise, with the fields of one case as NAME=VALUE. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "told.h"

static void check_ended_as_told(const RobofyReply *reply, const RobofyError *error)
{
    CHECK(!reply != !error);
    if (told("answer"))
        CHECK_TEXT(robofy_reply_answer(reply), told("answer"));
    else
        check_failed_as_told(error);
}

/* So that a timeout passes after the message was sent, on a slow machine too. */
static void connect_before_a_timeout(const RobofyClient *client)
{
    if (told("timeout_ms")) {
        submit_within(client, PATIENCE_MS, "Hello", 1);
        check_completes(client, 1, ROBOFY_STATUS_OK);
    }
}

/* A message is sent in every way that there is. */
static void typed_errors(const char *url)
{
    RobofyError *error;
    RobofyClient *client = client_as_told(url);
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, told("query"));

    connect_before_a_timeout(client);
    RobofyReply *reply = robofy_whatsapp_send(client, message, &error);
    check_ended_as_told(reply, error);
    robofy_reply_free(reply);
    robofy_error_free(error);

    connect_before_a_timeout(client);
    char *answer = robofy_whatsapp_chat(client, PID, CHATBOT, NULL, told("query"), &error);
    CHECK(!answer != !error);
    if (error)
        check_failed_as_told(error);
    else
        check_told("answer", answer);
    robofy_free_string(answer);
    robofy_error_free(error);

    connect_before_a_timeout(client);
    if (robofy_whatsapp_submit(client, message, 1, &error)) {
        RobofyCompletion *completion = next_completion(client);
        check_ended_as_told(robofy_completion_reply(completion), robofy_completion_error(completion));
        robofy_completion_free(completion);
    } else {
        check_failed_as_told(error);
        robofy_error_free(error);
    }
    robofy_message_free(message);
    robofy_client_free(client);
}

/* Whoever runs this reads at the service what has arrived. */
static void texts(const char *url)
{
    RobofyClient *client = client_as_told(url);
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, told("query"));
    robofy_message_set_session_id(message, told("query"));
    submit_message(client, message, 1);
    check_completes(client, 1, ROBOFY_STATUS_OK);
    robofy_message_free(message);
    robofy_client_free(client);
}

/* The template with a number in place of its "{n}". */
static const char *numbered(const char *template, int number, char *into, size_t size)
{
    const char *mark = strstr(template, "{n}");
    if (CHECK(mark != NULL))
        snprintf(into, size, "%.*s%d%s", (int)(mark - template), template, number, mark + 3);
    return into;
}

static void many(const char *url)
{
    char text[200];
    int64_t begun = now_ms();
    RobofyClient *client = client_as_told(url);
    for (int tag = 0; tag < told_number("chats"); tag++)
        submit_query(client, numbered(told("query"), tag, text, sizeof text), (uint64_t)tag);
    for (long left = told_number("chats"); left > 0; left--) {
        RobofyCompletion *completion = next_completion(client);
        int tag = (int)robofy_completion_tag(completion);
        const char *answer = robofy_reply_answer(robofy_completion_reply(completion));
        CHECK_TEXT(answer, numbered(told("answer"), tag, text, sizeof text));
        robofy_completion_free(completion);
    }
    CHECK_BETWEEN(now_ms() - begun, 0, told_number("within_ms"));
    check_nothing_waits(client);
    robofy_client_free(client);
}

static void order(const char *url)
{
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_ordered_sessions(options, true);
    RobofyClient *client = client_with(options, url);
    for (int i = 0; told_again("queries", i); i++)
        submit_in_session(client, told("session_id"), told_again("queries", i), (uint64_t)i);
    for (int i = 0; told_again("answers", i); i++) {
        RobofyCompletion *completion = next_completion(client);
        CHECK_TEXT(robofy_reply_answer(robofy_completion_reply(completion)), told_again("answers", i));
        robofy_completion_free(completion);
    }
    robofy_client_free(client);
}

static void cancel(const char *url)
{
    RobofyClient *client = client_as_told(url);
    submit_query(client, told("query"), 7);
    sleep_ms(told_number("after_ms"));
    int64_t begun = now_ms();
    CHECK(robofy_client_cancel(client, 7));
    RobofyCompletion *completion = next_completion(client);
    check_failed_as_told(robofy_completion_error(completion));
    CHECK_BETWEEN(now_ms() - begun, 0, told_number("within_ms"));
    robofy_completion_free(completion);
    robofy_client_free(client);
}

static void overloaded(const char *url)
{
    RobofyClient *client = client_as_told(url);
    submit_query(client, told("first"), 1);
    RobofyError *error = refusal_of(client, told("query"), 2, ROBOFY_STATUS_OVERLOADED);
    check_failed_as_told(error);
    robofy_error_free(error);
    check_completes(client, 1, ROBOFY_STATUS_OK);
    check_nothing_waits(client);
    robofy_client_free(client);
}

static void in_a_child(const char *url)
{
    int status = -1;
    RobofyClient *client = client_as_told(url);
    check_answered(client, "parent before");
    pid_t child = fork();
    check_answered(client, child ? "parent after" : "child");
    robofy_client_free(client);
    if (child == 0)
        _exit(checks_result());
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
}

static void end(const char *url)
{
    RobofyClient *client = client_as_told(url);
    submit_query(client, told("query"), 1);
    wait_for_stats(client, "\"in_flight\":1");
    exit(checks_failed ? EXIT_FAILURE : 3);
}

static void nothing(int signal)
{
    (void)signal;
}

/* The signal ends the wait for the descriptor, and the program cancels the chat. */
static void interrupt(const char *url)
{
    struct sigaction action = {.sa_handler = nothing};
    CHECK_INT(sigaction(SIGINT, &action, NULL), 0);
    RobofyClient *client = client_as_told(url);
    struct pollfd watched = {.fd = robofy_client_poll_fd(client), .events = POLLIN};
    submit_query(client, told("query"), 1);
    CHECK_INT(poll(&watched, 1, PATIENCE_MS), -1);
    CHECK_INT(errno, EINTR);
    int64_t begun = now_ms();
    CHECK(robofy_client_cancel(client, 1));
    check_completes(client, 1, ROBOFY_STATUS_CANCELLED);
    CHECK_BETWEEN(now_ms() - begun, 0, told_number("within_ms"));
    robofy_client_free(client);
}

static long resident_mb(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file && fscanf(file, "%*d %ld", &pages) == 1);
    if (file)
        fclose(file);
    return pages * sysconf(_SC_PAGESIZE) / 1024 / 1024;
}

static void chat_with_clients(const char *url, int clients, int chats)
{
    for (int i = 0; i < clients; i++) {
        RobofyClient *client = client_as_told(url);
        for (int j = 0; j < chats / clients / 3; j++) {
            check_answered(client, "Hello");
            check_fails(client, "!status=400", ROBOFY_STATUS_BAD_REQUEST);
            submit_query(client, "Hello", (uint64_t)j);
            check_completes(client, (uint64_t)j, ROBOFY_STATUS_OK);
        }
        robofy_client_free(client);
    }
}

/* A memory checker, which is slow and keeps what is freed, finds leaks by itself. */
static void leak(const char *url)
{
    int clients = rounds((int)told_number("clients"), 2), chats = rounds((int)told_number("chats"), 60);
    chat_with_clients(url, clients, chats);
    int threads = threads_left(1), descriptors = descriptors_now();
    long before = resident_mb();
    chat_with_clients(url, clients, chats);
    CHECK_BETWEEN(resident_mb() - before, -1024, rounds((int)told_number("grows_mb"), 1024));
    CHECK_INT(threads_left(threads), threads);
    CHECK_INT(descriptors_now(), descriptors);
}

static const struct promise promises[] = {
    {"typed_errors", typed_errors},
    {"texts", texts},
    {"answers", typed_errors},
    {"many", many},
    {"order", order},
    {"cancel", cancel},
    {"overloaded", overloaded},
    {"fork", in_a_child},
    {"exit", end},
    {"interrupt", interrupt},
    {"leak", leak},
};

int main(int argc, char **argv)
{
    return keep_promise(promises, sizeof promises / sizeof *promises, argc, argv);
}
