/* Sends messages into a fault, again and again, and prints what came of them as one line of JSON.
 *
 * A cycle is the life of a client; a round is so many chats at once, called or submitted. What is held after each round
 * and after each client is counted: a fault that leaves something behind shows as growth. */
#include <pthread.h>

#include "requests.h"

/* Of AddressSanitizer; not every compiler brings its header. */
size_t __sanitizer_get_current_allocated_bytes(void);

#define CYCLES 2
/* Longer than a connection is kept alive over HTTP/1.1 (4 s), closed by the other side or not. */
#define SETTLE_MS 6000
#define EXCERPT 400

struct chat {
    const RobofyClient *client;
    char session[48];
    const char *query;
    int64_t begun;
    /* From a thread that ends with its chat; other threads are counted for the whole round. */
    int64_t withheld_ns;
    int completions;
};

static pthread_mutex_t output = PTHREAD_MUTEX_INITIALIZER;
static long printed;
static long extra_completions, lost_chats, descriptors_grown, threads_most;
/* The longest of a cycle. */
static long submit_ms;

static void print_text(const char *name, const char *text)
{
    printf(",\"%s\":", name);
    if (!text) {
        printf("null");
        return;
    }
    putchar('"');
    for (int i = 0; text[i] && i < EXCERPT; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c == '"' || c == '\\')
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

static void print_outcome(const struct chat *chat, const RobofyReply *reply, const RobofyResponse *response,
                          const RobofyError *error)
{
    int64_t elapsed = now_ms() - chat->begun;
    pthread_mutex_lock(&output);
    printf("%s{\"session\":\"%s\",\"elapsed_ms\":%" PRId64 ",\"withheld_ms\":%" PRId64, printed++ ? "," : "",
           chat->session, elapsed, chat->withheld_ns / 1000000);
    if (reply || response) {
        const char *answer = reply ? robofy_reply_answer(reply) : robofy_response_body(response);
        printf(",\"status\":0,\"http_status\":200,\"retryable\":false,\"retry_after_ms\":0,\"attempts\":%" PRIu32,
               reply ? robofy_reply_attempts(reply) : robofy_response_attempts(response));
        print_text("answer", answer);
        printf(",\"answer_bytes\":%zu", strlen(answer));
    } else {
        printf(",\"status\":%d,\"http_status\":%" PRId32 ",\"retryable\":%s,\"retry_after_ms\":%" PRIu64,
               (int)robofy_error_status(error), robofy_error_http_status(error),
               robofy_error_is_retryable(error) ? "true" : "false", robofy_error_retry_after_ms(error));
        print_text("message", robofy_error_message(error));
        print_text("code", robofy_error_code(error));
        print_text("detail", robofy_error_detail(error));
    }
    putchar('}');
    pthread_mutex_unlock(&output);
}

static RobofyMessage *message_of(const struct chat *chat)
{
    RobofyMessage *message = robofy_message_new("project-1", "agent-1", chat->query);
    robofy_message_set_session_id(message, chat->session);
    return message;
}

static void call(struct chat *chat, const char *thread)
{
    RobofyError *error;
    RobofyReply *reply = NULL;
    RobofyResponse *response = NULL;
    RobofyMessage *message = message_of(chat);
    int64_t withheld = withheld_from_thread(thread);
    chat->begun = now_ms();
    if (given.method)
        response = request_chat(chat->client, chat->session, chat->query, &error);
    else
        reply = robofy_whatsapp_send(chat->client, message, &error);
    chat->withheld_ns = withheld_from_thread(thread) - withheld;
    print_outcome(chat, reply, response, error);
    robofy_reply_free(reply);
    robofy_response_free(response);
    robofy_error_free(error);
    robofy_message_free(message);
}

static void *call_and_end(void *chat)
{
    call(chat, "/proc/thread-self");
    return NULL;
}

static void call_at_once(struct chat *chats, long count)
{
    if (count == 1) {
        call(chats, "");
        return;
    }
    pthread_t *threads = calloc((size_t)count, sizeof *threads);
    for (long i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, call_and_end, &chats[i]))
            abort();
    for (long i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    free(threads);
}

static void submit_at_once(const RobofyClient *client, struct chat *chats, long count)
{
    long accepted = 0;
    for (long i = 0; i < count; i++) {
        RobofyError *error;
        RobofyMessage *message = message_of(&chats[i]);
        chats[i].begun = now_ms();
        if (given.method ? submit_request(client, chats[i].session, chats[i].query, (uint64_t)i, &error)
                         : robofy_whatsapp_submit(client, message, (uint64_t)i, &error))
            accepted++;
        else
            print_outcome(&chats[i], NULL, NULL, error);
        if (now_ms() - chats[i].begun > submit_ms)
            submit_ms = (long)(now_ms() - chats[i].begun);
        robofy_error_free(error);
        robofy_message_free(message);
    }
    RobofyCompletion *completion;
    while (accepted && (completion = robofy_client_poll(client, given.patience_ms))) {
        struct chat *chat = &chats[robofy_completion_tag(completion)];
        if (++chat->completions == 1) {
            print_outcome(chat, robofy_completion_reply(completion), robofy_completion_response(completion),
                          robofy_completion_error(completion));
            accepted--;
        } else {
            extra_completions++;
        }
        robofy_completion_free(completion);
    }
    lost_chats += accepted;
    while ((completion = robofy_client_poll(client, 20))) {
        extra_completions++;
        robofy_completion_free(completion);
    }
}

static void chats_at_once(const RobofyClient *client, const char *name, const char *query, long count)
{
    static struct withheld since;
    withheld_us(&since);
    struct chat *chats = calloc((size_t)count, sizeof *chats);
    for (long i = 0; i < count; i++) {
        chats[i].client = client;
        chats[i].query = query;
        snprintf(chats[i].session, sizeof chats[i].session, "%s-%ld", name, i + 1);
    }
    if (given.submits)
        submit_at_once(client, chats, count);
    else
        call_at_once(chats, count);
    free(chats);
    printf("%s{\"round\":\"%s\",\"withheld_ms\":%" PRId64 "}", printed++ ? "," : "", name, withheld_us(&since) / 1000);
}

static RobofyClient *new_client(void)
{
    RobofyError *error;
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_base_url(options, given.url);
    robofy_options_set_ca_file(options, given.ca_file);
    robofy_options_set_proxy(options, given.proxy);
    robofy_options_set_timeout_ms(options, (uint64_t)given.timeout_ms);
    robofy_options_set_connect_timeout_ms(options, (uint64_t)given.connect_timeout_ms);
    robofy_options_set_max_retries(options, (uint32_t)given.max_retries);
    robofy_options_set_retry_ambiguous(options, given.retries_ambiguous);
    if (given.max_response_bytes)
        robofy_options_set_max_response_bytes(options, (uint64_t)given.max_response_bytes);
    RobofyClient *client = robofy_client_new(given.key, options, &error);
    if (!client) {
        fprintf(stderr, "no client (%d): %s\n", (int)robofy_error_status(error), robofy_error_message(error));
        exit(EXIT_FAILURE);
    }
    robofy_options_free(options);
    return client;
}

static int descriptors_but_the_neighbours(void)
{
    return descriptors_now() - neighbour_connections();
}

/* Without those that the neighbour opens for a moment to read what the machine withheld. */
static int descriptors_held(void)
{
    int least = descriptors_but_the_neighbours();
    for (int i = 0; neighbour.url && i < 5; i++) {
        sleep_ms(1);
        int now = descriptors_but_the_neighbours();
        if (now < least)
            least = now;
    }
    return least;
}

/* At most as many descriptors as after the first round, in a moment. */
static long growth_of_descriptors(int first)
{
    int now;
    int64_t give_up = now_ms() + SETTLE_MS;
    while ((now = descriptors_but_the_neighbours()) > first && now_ms() < give_up)
        sleep_ms(5);
    return now - first;
}

static void live(const char *query, int cycle)
{
    char name[32];
    int first = 0;
    neighbour_moves_in(given.key);
    RobofyClient *client = new_client();
    submit_ms = 0;
    if (given.warm) {
        snprintf(name, sizeof name, "warm-%d", cycle);
        chats_at_once(client, name, "Hello", 1);
        sleep_ms(given.pause_ms);
    }
    for (int round = 1; round <= given.rounds; round++) {
        if (round > 1)
            sleep_ms(given.pause_ms);
        snprintf(name, sizeof name, "chat-%d-%d", cycle, round);
        chats_at_once(client, name, query, given.chats);
        if (threads_now() > threads_most)
            threads_most = threads_now();
        if (round == 1)
            first = descriptors_held();
        long grown = growth_of_descriptors(first);
        if (grown > descriptors_grown)
            descriptors_grown = grown;
    }
    char *stats = robofy_client_stats(client);
    int64_t begun = now_ms();
    robofy_client_free(client);
    printf("%s{\"stats\":%s,\"free_ms\":%" PRId64 ",\"submit_ms\":%ld}", printed++ ? "," : "", stats, now_ms() - begun,
           submit_ms);
    robofy_free_string(stats);
    neighbour_moves_out();
}

/* A long query where one is asked for; the caller frees it. */
static char *query_text(void)
{
    size_t short_length = strlen(given.query), length = short_length;
    if (given.query_bytes > (long)length)
        length = (size_t)given.query_bytes;
    char *query = malloc(length + 1);
    memset(query, 'x', length);
    memcpy(query, given.query, short_length);
    query[length] = '\0';
    return query;
}

/* The most that was resident since this program began; rusage also knows who it was before exec. */
static long peak_kb(void)
{
    char line[128];
    long peak = -1;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        if (strncmp(line, "VmHWM:", 6) == 0)
            peak = atol(line + 6);
    if (status)
        fclose(status);
    return peak;
}

static int descriptors_left(int expected)
{
    return expected + (int)growth_of_descriptors(expected);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (!take(argv[i]))
            return usage("driver url=URL key=KEY [query=TEXT] [submits=1] [chats=N] [rounds=N] ... (see driver.c)");
    snprintf(neighbour.service, sizeof neighbour.service, "/proc/%s/task", given.neighbour_service);
    int threads = threads_now(), descriptors = descriptors_now();
    size_t heap = 0;
    long heap_grown = 0;
    char *query = query_text();
    printf("{\"events\":[");
    for (int cycle = 1; cycle <= CYCLES; cycle++) {
        live(query, cycle);
        threads_left(threads);
        /* What the first client leaves is made once for the process. */
        if (cycle == 1)
            heap = __sanitizer_get_current_allocated_bytes();
        else
            heap_grown = (long)__sanitizer_get_current_allocated_bytes() - (long)heap;
    }
    free(query);
    printf("],\"threads_left\":%d,\"descriptors_left\":%d", threads_left(threads) - threads,
           descriptors_left(descriptors) - descriptors);
    printf(",\"descriptors_grown\":%ld,\"heap_grown\":%ld,\"peak_kb\":%ld", descriptors_grown, heap_grown,
           peak_kb());
    printf(",\"neighbour_chats\":%ld,\"neighbour_failed\":%ld,\"neighbour_us\":%" PRId64
           ",\"neighbour_added_us\":%" PRId64,
           neighbour.chats, neighbour.failed, neighbour.worst_us, neighbour.worst_added_us);
    printf(",\"extra_completions\":%ld,\"lost_chats\":%ld,\"threads_most\":%ld}\n", extra_completions, lost_chats,
           threads_most);
    return EXIT_SUCCESS;
}
