/* Not a descriptor left: each call says so and what to look at, and the same client works again afterwards. */
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "process.h"
#include "submitted.h"

#define MOST 128

static int taken[MOST], count;

static void take_all_but(int left)
{
    while (count < MOST && (taken[count] = open("/dev/null", O_RDONLY)) >= 0)
        count++;
    for (; left > 0 && count > 0; left--)
        close(taken[--count]);
}

static void give_back(void)
{
    while (count > 0)
        close(taken[--count]);
}

/* How many it takes for a chat is the library's affair: with too few it fails in words, with enough it is answered. */
static void a_blocking_call(RobofyClient *client, int left)
{
    RobofyError *error;
    take_all_but(left);
    RobofyReply *reply = send_query(client, "Hello", &error);
    give_back();
    if (!reply) {
        check_error(error, ROBOFY_STATUS_CONNECT);
        CHECK_CONTAINS(robofy_error_message(error), "open files");
        CHECK(robofy_error_is_retryable(error));
    }
    CHECK(reply || left < 16);
    CHECK(!reply || left > 0);
    robofy_error_free(error);
    robofy_reply_free(reply);
    check_answered(client, "Hello again");
}

static void a_submitted_chat(RobofyClient *client, int left)
{
    RobofyError *error;
    RobofyMessage *message = robofy_message_new(PID, CHATBOT, "Hello");
    take_all_but(left);
    bool accepted = robofy_whatsapp_submit(client, message, 1, &error);
    RobofyCompletion *completion = accepted ? next_completion(client) : NULL;
    give_back();
    const RobofyError *why = accepted ? robofy_completion_error(completion) : error;
    if (why) {
        check_error(why, ROBOFY_STATUS_CONNECT);
        CHECK_CONTAINS(robofy_error_message(why), "open files");
        CHECK(robofy_error_is_retryable(why));
    }
    robofy_error_free(error);
    robofy_completion_free(completion);
    robofy_message_free(message);
    submit_query(client, "Hello again", 1);
    check_completes(client, 1, ROBOFY_STATUS_OK);
}

static RobofyClient *client_without_retries_of(char **url_and_ca)
{
    RobofyOptions *options = options_trusting(url_and_ca[1]);
    robofy_options_set_max_retries(options, 0);
    return client_with(options, url_and_ca[0]);
}

/* Even the file that names the authorities cannot be opened. */
static void no_client_without_its_ca_file(char **url_and_ca)
{
    RobofyError *error;
    RobofyOptions *options = options_trusting(url_and_ca[1]);
    robofy_options_set_base_url(options, url_and_ca[0]);
    take_all_but(0);
    CHECK(!robofy_client_new(KEY, options, &error));
    give_back();
    check_error(error, ROBOFY_STATUS_INVALID_ARGUMENT);
    CHECK_CONTAINS(robofy_error_message(error), "ca_file");
    CHECK_CONTAINS(robofy_error_message(error), "open files");
    robofy_error_free(error);
    robofy_options_free(options);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("descriptors URL CA_FILE|-");
    struct rlimit few = {MOST, MOST};
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &few), 0);
    int before = descriptors_now();
    for (int left = 0; left <= 16; left++) {
        RobofyClient *client = client_without_retries_of(argv + 1);
        a_blocking_call(client, left);
        robofy_client_free(client);
        client = client_without_retries_of(argv + 1);
        a_submitted_chat(client, left);
        robofy_client_free(client);
        CHECK_INT(threads_left(1), 1);
        CHECK_INT(descriptors_now(), before);
    }
    if (strcmp(argv[2], "-") != 0)
        no_client_without_its_ca_file(argv + 1);
    return checks_result();
}
