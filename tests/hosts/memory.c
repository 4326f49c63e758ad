/* A chat under a limit on the address space: answered, or failed in words. What is more, where Rust's allocator finds
   nothing left it ends the process: SIGABRT says that the limit is too low. */
#include <sys/resource.h>
#include <unistd.h>

#include "submitted.h"

static rlim_t address_space(void)
{
    unsigned long pages = 0;
    FILE *sizes = fopen("/proc/self/statm", "r");
    CHECK(sizes && fscanf(sizes, "%lu", &pages) == 1);
    if (sizes)
        fclose(sizes);
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return usage("memory URL CA_FILE|- KIBIBYTES_MORE");
    rlim_t most = address_space() + (rlim_t)strtoul(argv[3], NULL, 10) * 1024;
    struct rlimit limit = {most, most}, no_core = {0, 0};
    CHECK_INT(setrlimit(RLIMIT_CORE, &no_core), 0);
    CHECK_INT(setrlimit(RLIMIT_AS, &limit), 0);
    RobofyError *error;
    RobofyOptions *options = options_trusting(argv[2]);
    robofy_options_set_base_url(options, argv[1]);
    robofy_options_set_connect_timeout_ms(options, 2000);
    robofy_options_set_max_retries(options, 0);
    RobofyClient *client = robofy_client_new(KEY, options, &error);
    robofy_options_free(options);
    if (!client) {
        printf("%s\n", robofy_error_message(error));
        return EXIT_FAILURE;
    }
    RobofyReply *reply = send_query(client, "Hello", &error);
    if (reply) {
        submit_query(client, "Hello", 1);
        RobofyCompletion *completion = next_completion(client);
        if (robofy_completion_error(completion))
            printf("%s\n", robofy_error_message(robofy_completion_error(completion)));
        robofy_completion_free(completion);
    } else {
        printf("%s\n", robofy_error_message(error));
    }
    robofy_error_free(error);
    robofy_reply_free(reply);
    robofy_client_free(client);
    return reply ? checks_result() : EXIT_FAILURE;
}
