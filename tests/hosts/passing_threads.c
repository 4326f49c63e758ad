/* Threads that end right after a call, by the hundred: nothing of theirs stays behind or is touched too late. */
#include <pthread.h>

#include "process.h"
#include "submitted.h"

#define AT_ONCE 25

static void *call_and_end(void *client)
{
    check_answered(client, "Hello");
    return NULL;
}

static void *submit_and_end(void *client)
{
    submit_query(client, "Hello", (uint64_t)(uintptr_t)pthread_self());
    return NULL;
}

static void *fail_and_exit(void *client)
{
    check_fails(client, "!status=401", ROBOFY_STATUS_UNAUTHORIZED);
    pthread_exit(NULL);
}


static void *make_call_free_and_end(void *arguments)
{
    char **url_and_ca = arguments;
    RobofyClient *client = client_trusting(url_and_ca[0], url_and_ca[1]);
    check_answered(client, "Hello");
    robofy_client_free(client);
    return NULL;
}

static void in_threads(void *(*work)(void *), void *argument)
{
    pthread_t threads[AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, work, argument), 0);
    for (int i = 0; i < AT_ONCE; i++)
        pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return usage("passing_threads URL CA_FILE|-");
    int descriptors = descriptors_now();
    for (int i = 0; i < rounds(10, 1); i++) {
        RobofyClient *client = client_trusting(argv[1], argv[2]);
        in_threads(call_and_end, client);
        in_threads(fail_and_exit, client);
        in_threads(submit_and_end, client);
        check_complete(client, AT_ONCE, ROBOFY_STATUS_OK);
        robofy_client_free(client);
        in_threads(make_call_free_and_end, argv + 1);
        CHECK_INT(threads_left(1), 1);
    }
    CHECK_INT(descriptors_now(), descriptors);
    return checks_result();
}
