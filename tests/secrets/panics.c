/* A panic within the library, of those that it lives with: once the engine runs the system gives no more threads, and for
   one to look a name up in tokio panics. */
#define _GNU_SOURCE
#include <grp.h>
#include <sys/resource.h>

#include "key.h"
#include "said.h"

/* Nobody's: root is never refused. */
#define USER 61234

static RobofyClient *client_of(const char *url)
{
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_base_url(options, url);
    robofy_options_set_max_retries(options, 0);
    RobofyClient *client = robofy_client_new(key, options, NULL);
    robofy_options_free(options);
    return client;
}

int main(int argc, char **argv)
{
    if (argc != 3 || !read_key()) {
        fputs("usage: panics URL URL_BY_NAME < KEY\n", stderr);
        return 2;
    }
    const struct rlimit no_more = {1, 1};
    RobofyClient *client = client_of(argv[1]), *by_name = client_of(argv[2]);
    if (geteuid() == 0 && (setgroups(0, NULL) || setgid(USER) || setuid(USER)))
        return 1;
    send_both_ways(client, "Hello");
    if (setrlimit(RLIMIT_NPROC, &no_more))
        return 1;
    send_both_ways(by_name, "Hello");
    robofy_client_free(by_name);
    robofy_client_free(client);
    return 0;
}
