/* A host that has freed its client and wiped its own buffer, and waits to be looked at. Steps go by standard input and
   output: a line tells that a step is done, and one is read before the next. */
#include <stdio.h>
#include <stdlib.h>

#include "key.h"
#include "robofy.h"

static void let_the_parent_look(const char *when)
{
    char line;
    dprintf(STDOUT_FILENO, "%s\n", when);
    while (read(STDIN_FILENO, &line, 1) == 1 && line != '\n')
        continue;
}

static char proxy[512];

static RobofyClient *client_of(const char *url, const char *ca_file)
{
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_base_url(options, url);
    robofy_options_set_ca_file(options, strcmp(ca_file, "-") == 0 ? NULL : ca_file);
    robofy_options_set_max_retries(options, 0);
    if (*proxy)
        robofy_options_set_proxy(options, proxy);
    RobofyClient *client = robofy_client_new(key, options, NULL);
    robofy_options_free(options);
    return client;
}

static void chat(const RobofyClient *client)
{
    RobofyMessage *message = robofy_message_new("project-1", "agent-1", "Hello");
    robofy_reply_free(robofy_whatsapp_send(client, message, NULL));
    robofy_whatsapp_submit(client, message, 1, NULL);
    robofy_completion_free(robofy_client_poll(client, -1));
    robofy_message_free(message);
}

/* The second secret, of as many characters as the first, becomes the proxy's password. */
static bool read_proxy(const char *host_and_port)
{
    bool is_read = read_key();
    if (is_read)
        snprintf(proxy, sizeof proxy, "http://user:%s@%s", key, host_and_port);
    wipe_key();
    return is_read;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fputs("usage: after_free URL CA_FILE|- CHATS PROXY_HOST:PORT|- < [PASSWORD and] KEY\n", stderr);
        return 2;
    }
    if ((strcmp(argv[4], "-") != 0 && !read_proxy(argv[4])) || !read_key())
        return 2;
    RobofyClient *client = client_of(argv[1], argv[2]);
    for (int i = atoi(argv[3]); i > 0; i--)
        chat(client);
    let_the_parent_look(client ? "alive" : "no client");
    robofy_client_free(client);
    wipe_key();
    for (volatile char *at = proxy; at < proxy + sizeof proxy; at++)
        *at = 0;
    let_the_parent_look("freed");
    return 0;
}
