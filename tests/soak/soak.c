/* Mixed load for a while: calls, submitted messages, cancels, order, pace, clients that come and go, forks; the services
   misbehave as they are told to by chance. Prints what it does each second, and one line of totals as JSON at the end. */
#include <inttypes.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "process.h"
#include "robofy.h"

#define KEY "soak-key-9b1f"
#define MOST_SERVICES 4
#define STATUSES (ROBOFY_STATUS_INTERNAL + 1)
#define CALLERS 3
#define SUBMITTERS 3
#define COLLECTORS 2
/* Submitted messages that a client has at a time. */
#define WINDOW 64
#define SESSIONS 8
/* A chat that takes longer than its timeout and this is lost. */
#define TIMEOUT_MS 3000
#define PATIENCE_MS 30000

struct service {
    const char *url;
    const char *ca_file;
};

static struct service services[MOST_SERVICES];
static size_t service_count;

static atomic_uint_fast64_t sent, answered, failed[STATUSES], cancelled, refused, forked, clients_made;
/* Broken promises: nothing of this may ever happen. */
static atomic_uint_fast64_t lost, twice, out_of_order, unsound, bad_children;
static atomic_bool round_over;
static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

static bool is_over(void)
{
    return atomic_load(&round_over) || interrupted;
}

/* ---- chance ---- */

static unsigned below(unsigned *seed, unsigned bound)
{
    return (unsigned)rand_r(seed) % bound;
}

static const char *const ordinary[] = {"Hello", "Where is my order?", "!emoji", "!delay-ms=5", "!delay-ms=40", "!chunked",
                                       "!extra-keys", "!no-session"};
static const char *const faults[] = {
    "!status=400",          "!status=401",         "!status=403",          "!status=404",        "!status=408 fails=1",
    "!status=429",          "!status=500",         "!status=502 body=html", "!status=503 fails=1", "!status=504 body=empty",
    "!status=418",          "!status=204",         "!redirect=http://127.0.0.1:9/", "!empty-answer", "!null-answer",
    "!not-json",            "!bad-utf8",           "!deep=2000",           "!bom",               "!duplicate-keys",
    "!reset=before",        "!reset=after-headers", "!reset=midway",       "!close=before",      "!close=midway",
    "!reset-stream=before", "!refuse-stream",      "!garbage",             "!truncate",          "!content-length=+3",
    "!content-length=-3",   "!goaway",             "!huge=200000",         "!huge-chunked=200000", "!delay-ms=10000",
    "!body-delay-ms=10000", "!drip-ms=2",          "!headers=60",          "!nul",               "!body=empty",
};
#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *any_query(unsigned *seed)
{
    if (below(seed, 4))
        return ordinary[below(seed, COUNT(ordinary))];
    return faults[below(seed, COUNT(faults))];
}

/* ---- the books ---- */

static void book(const RobofyReply *reply, const RobofyError *error)
{
    if (!reply == !error)
        atomic_fetch_add(&unsound, 1);
    if (reply) {
        atomic_fetch_add(&answered, 1);
        if (!*robofy_reply_answer(reply))
            atomic_fetch_add(&unsound, 1);
        return;
    }
    RobofyStatus status = robofy_error_status(error);
    const char *message = robofy_error_message(error);
    if (!message || !*message || strstr(message, KEY) || status == ROBOFY_STATUS_OK || status == ROBOFY_STATUS_INTERNAL)
        atomic_fetch_add(&unsound, 1);
    atomic_fetch_add(status == ROBOFY_STATUS_CANCELLED ? &cancelled : &failed[status], 1);
}

static uint64_t failed_in_all(void)
{
    uint64_t sum = 0;
    for (size_t status = 0; status < STATUSES; status++)
        sum += atomic_load(&failed[status]);
    return sum;
}

static uint64_t unaccounted(void)
{
    return atomic_load(&sent) - atomic_load(&answered) - failed_in_all() - atomic_load(&cancelled);
}

/* ---- clients ---- */

static RobofyClient *client_of(const struct service *service, bool ordered, uint32_t per_minute)
{
    RobofyOptions *options = robofy_options_new();
    robofy_options_set_base_url(options, service->url);
    robofy_options_set_ca_file(options, service->ca_file);
    robofy_options_set_timeout_ms(options, TIMEOUT_MS);
    robofy_options_set_max_retries(options, 1);
    robofy_options_set_max_response_bytes(options, 100000);
    robofy_options_set_ordered_sessions(options, ordered);
    robofy_options_set_rate_limit(options, per_minute, 10);
    RobofyError *error;
    RobofyClient *client = robofy_client_new(KEY, options, &error);
    if (!client) {
        fprintf(stderr, "%s\n", robofy_error_message(error));
        exit(2);
    }
    robofy_options_free(options);
    atomic_fetch_add(&clients_made, 1);
    return client;
}

static RobofyMessage *message_of(const char *query, const char *session)
{
    RobofyMessage *message = robofy_message_new("project", "agent", query);
    robofy_message_set_session_id(message, session);
    return message;
}

static void call(const RobofyClient *client, const char *query, const char *session)
{
    RobofyError *error;
    RobofyMessage *message = message_of(query, session);
    atomic_fetch_add(&sent, 1);
    RobofyReply *reply = robofy_whatsapp_send(client, message, &error);
    book(reply, error);
    robofy_reply_free(reply);
    robofy_error_free(error);
    robofy_message_free(message);
}

/* ---- threads that wait for each answer ---- */

struct caller {
    const RobofyClient *client;
    unsigned seed;
};

static void *keep_calling(void *of)
{
    struct caller *caller = of;
    while (!is_over()) {
        char session[32];
        snprintf(session, sizeof session, "caller-%u", below(&caller->seed, 50));
        call(caller->client, any_query(&caller->seed), session);
    }
    return NULL;
}

/* ---- threads that submit, others that collect ---- */

enum place { FREE, IN_FLIGHT };

/* A client's submitted messages. A tag is number * WINDOW + place, so that none is ever used again. */
struct desk {
    RobofyClient *client;
    bool is_ordered;
    unsigned seed;
    atomic_uint_fast64_t tags[WINDOW];
    atomic_int places[WINDOW];
    /* Which message of its session a place holds, and which came last from it. */
    atomic_uint_fast64_t turns[WINDOW];
    uint64_t next_turn[SESSIONS];
    atomic_uint_fast64_t last_turn[SESSIONS];
    atomic_bool is_submitting;
    pthread_t submitter, collectors[COLLECTORS];
};

static bool submit(struct desk *desk, unsigned place, uint64_t number)
{
    unsigned session = place % SESSIONS;
    char name[32];
    snprintf(name, sizeof name, "desk-%u", session);
    RobofyMessage *message = message_of(any_query(&desk->seed), name);
    RobofyError *error;
    atomic_store(&desk->tags[place], number * WINDOW + place);
    atomic_store(&desk->turns[place], ++desk->next_turn[session]);
    atomic_store(&desk->places[place], IN_FLIGHT);
    bool accepted = robofy_whatsapp_submit(desk->client, message, number * WINDOW + place, &error);
    atomic_fetch_add(accepted ? &sent : &refused, 1);
    if (!accepted) {
        atomic_store(&desk->places[place], FREE);
        fprintf(stderr, "refused: %s\n", robofy_error_message(error));
    }
    robofy_error_free(error);
    robofy_message_free(message);
    return accepted;
}

static void *keep_submitting(void *of)
{
    struct desk *desk = of;
    for (uint64_t number = 1; !is_over();) {
        unsigned place = below(&desk->seed, WINDOW);
        if (atomic_load(&desk->places[place]) == FREE)
            submit(desk, place, number++);
        else if (below(&desk->seed, 20) == 0)
            robofy_client_cancel(desk->client, atomic_load(&desk->tags[place]));
        else
            sleep_ms(1);
    }
    atomic_store(&desk->is_submitting, false);
    return NULL;
}

/* One that is cancelled, or whose deadline passes before it is sent, does not wait for those in front of it. */
static bool left_the_line(const RobofyError *error)
{
    RobofyStatus status = robofy_error_status(error);
    return status == ROBOFY_STATUS_CANCELLED || (status == ROBOFY_STATUS_TIMEOUT && robofy_error_is_retryable(error));
}

static void settle(struct desk *desk, const RobofyCompletion *completion)
{
    uint64_t tag = robofy_completion_tag(completion);
    unsigned place = (unsigned)(tag % WINDOW), session = place % SESSIONS;
    book(robofy_completion_reply(completion), robofy_completion_error(completion));
    uint64_t turn = atomic_load(&desk->turns[place]);
    if (atomic_load(&desk->tags[place]) != tag || atomic_exchange(&desk->places[place], FREE) != IN_FLIGHT)
        atomic_fetch_add(&twice, 1);
    bool in_line = desk->is_ordered && !left_the_line(robofy_completion_error(completion));
    if (in_line && atomic_exchange(&desk->last_turn[session], turn) > turn)
        atomic_fetch_add(&out_of_order, 1);
}

static int in_flight(struct desk *desk)
{
    int count = 0;
    for (size_t place = 0; place < WINDOW; place++)
        count += atomic_load(&desk->places[place]) == IN_FLIGHT;
    return count;
}

static void *keep_collecting(void *of)
{
    struct desk *desk = of;
    int64_t give_up = INT64_MAX;
    while (atomic_load(&desk->is_submitting) || in_flight(desk)) {
        RobofyCompletion *completion = robofy_client_poll(desk->client, 100);
        if (completion)
            settle(desk, completion);
        robofy_completion_free(completion);
        if (atomic_load(&desk->is_submitting))
            continue;
        give_up = give_up == INT64_MAX ? now_ms() + PATIENCE_MS : give_up;
        if (now_ms() > give_up)
            break;
    }
    return NULL;
}

static void open_desk(struct desk *desk)
{
    atomic_store(&desk->is_submitting, true);
    pthread_create(&desk->submitter, NULL, keep_submitting, desk);
    /* With an order to be checked one thread collects: two could overtake each other. */
    for (int i = 0; i < (desk->is_ordered ? 1 : COLLECTORS); i++)
        pthread_create(&desk->collectors[i], NULL, keep_collecting, desk);
}

static void close_desk(struct desk *desk)
{
    pthread_join(desk->submitter, NULL);
    for (int i = 0; i < (desk->is_ordered ? 1 : COLLECTORS); i++)
        pthread_join(desk->collectors[i], NULL);
    atomic_fetch_add(&lost, (uint64_t)in_flight(desk));
    RobofyCompletion *surplus = robofy_client_poll(desk->client, 0);
    if (surplus)
        atomic_fetch_add(&twice, 1);
    robofy_completion_free(surplus);
}

/* ---- clients that come and go ---- */

static void *keep_making_clients(void *unused)
{
    unsigned seed = 7;
    while (!is_over()) {
        RobofyClient *client = client_of(&services[below(&seed, (unsigned)service_count)], below(&seed, 2), 0);
        for (unsigned chats = below(&seed, 4); chats; chats--)
            call(client, ordinary[below(&seed, COUNT(ordinary))], "passing");
        robofy_client_free(client);
        sleep_ms(20);
    }
    return unused;
}

/* ---- forks ---- */

/* A child has work of its own, on clients that it inherited, and ends as usual. Its books are its own. */
static void live_as_child(RobofyClient *inherited)
{
    int ended = 1;
    alarm(120);
    RobofyMessage *message = message_of("Hello from a child", NULL);
    robofy_message_set_timeout_ms(message, PATIENCE_MS);
    RobofyReply *reply = robofy_whatsapp_send(inherited, message, NULL);
    if (reply && robofy_whatsapp_submit(inherited, message, 1, NULL)) {
        RobofyCompletion *completion = robofy_client_poll(inherited, PATIENCE_MS);
        ended = robofy_completion_reply(completion) ? 0 : 1;
        robofy_completion_free(completion);
    }
    robofy_reply_free(reply);
    robofy_message_free(message);
    robofy_client_free(inherited);
    _exit(ended);
}

static void *keep_forking(void *of)
{
    while (!is_over()) {
        pid_t child = fork();
        if (child == 0)
            live_as_child(of);
        int status = -1;
        if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
            atomic_fetch_add(&bad_children, 1);
        atomic_fetch_add(&forked, 1);
        for (int i = 0; i < 50 && !is_over(); i++)
            sleep_ms(20);
    }
    return NULL;
}

/* ---- one round of it all ---- */

struct house {
    struct caller callers[MOST_SERVICES][CALLERS];
    struct desk desks[MOST_SERVICES][SUBMITTERS];
    RobofyClient *calling[MOST_SERVICES];
};

static void furnish(struct house *house)
{
    for (size_t s = 0; s < service_count; s++) {
        house->calling[s] = client_of(&services[s], false, 0);
        for (unsigned i = 0; i < CALLERS; i++)
            house->callers[s][i] = (struct caller){house->calling[s], (unsigned)s * 100 + i};
        for (unsigned i = 0; i < SUBMITTERS; i++) {
            struct desk *desk = &house->desks[s][i];
            desk->seed = (unsigned)s * 100 + 50 + i;
            desk->is_ordered = i == 1;
            /* One in three keeps a pace: fast enough to be of use, slow enough that some have to wait. */
            desk->client = client_of(&services[s], desk->is_ordered, i == 2 ? 3000 : 0);
        }
    }
}

static void clear(struct house *house)
{
    for (size_t s = 0; s < service_count; s++) {
        robofy_client_free(house->calling[s]);
        for (unsigned i = 0; i < SUBMITTERS; i++)
            robofy_client_free(house->desks[s][i].client);
    }
}

static void say_how_it_goes(int64_t began)
{
    printf("%5" PRId64 " s: %" PRIu64 " sent, %" PRIu64 " answered, %" PRIu64 " failed, %" PRIu64 " cancelled, %" PRIu64
           " under way, %" PRIu64 " forks\n",
           (now_ms() - began) / 1000, atomic_load(&sent), atomic_load(&answered), failed_in_all(),
           atomic_load(&cancelled), unaccounted(), atomic_load(&forked));
    fflush(stdout);
}

static void live_for(struct house *house, int64_t ms, int64_t began)
{
    pthread_t callers[MOST_SERVICES][CALLERS], maker, forker;
    int64_t until = now_ms() + ms;
    atomic_store(&round_over, false);
    pthread_create(&maker, NULL, keep_making_clients, NULL);
    pthread_create(&forker, NULL, keep_forking, house->calling[0]);
    for (size_t s = 0; s < service_count; s++) {
        for (unsigned i = 0; i < CALLERS; i++)
            pthread_create(&callers[s][i], NULL, keep_calling, &house->callers[s][i]);
        for (unsigned i = 0; i < SUBMITTERS; i++)
            open_desk(&house->desks[s][i]);
    }
    for (int64_t said = now_ms(); now_ms() < until && !interrupted; sleep_ms(50))
        if (now_ms() >= said + 1000) {
            say_how_it_goes(began);
            said = now_ms();
        }
    atomic_store(&round_over, true);
    for (size_t s = 0; s < service_count; s++) {
        for (unsigned i = 0; i < CALLERS; i++)
            pthread_join(callers[s][i], NULL);
        for (unsigned i = 0; i < SUBMITTERS; i++)
            close_desk(&house->desks[s][i]);
    }
    pthread_join(maker, NULL);
    pthread_join(forker, NULL);
}

/* ---- what the process holds ---- */

#define LONG_RUN_MS (240 * 1000)

struct holdings {
    uint64_t heap_bytes, resident_bytes;
    int descriptors, threads;
};

static uint64_t resident_bytes(void)
{
    unsigned long pages = 0, resident = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    if (!statm || fscanf(statm, "%lu %lu", &pages, &resident) != 2)
        resident = 0;
    if (statm)
        fclose(statm);
    return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static struct holdings held_now(void)
{
    malloc_trim(0);
    struct mallinfo2 heap = mallinfo2();
    return (struct holdings){heap.uordblks + heap.hblkhd, resident_bytes(), descriptors_now(), threads_now()};
}

static void print_holdings(const char *name, struct holdings held)
{
    printf("\"%s\": {\"heap_bytes\": %" PRIu64 ", \"resident_bytes\": %" PRIu64
           ", \"descriptors\": %d, \"threads\": %d}, ",
           name, held.heap_bytes, held.resident_bytes, held.descriptors, held.threads);
}

static void print_totals(double seconds, struct holdings before, struct holdings warm, struct holdings late,
                         struct holdings after)
{
    static const char *const names[STATUSES] = {
        "ok", "invalid_argument", "connect", "tls", "timeout", "interrupted", "protocol", "bad_request",
        "unauthorized", "forbidden", "not_found", "rate_limited", "server", "cancelled", "overloaded", "internal"};
    printf("{\"seconds\": %.1f, \"interrupted\": %s, ", seconds, interrupted ? "true" : "false");
    printf("\"sent\": %" PRIu64 ", \"answered\": %" PRIu64 ", \"failed\": %" PRIu64 ", \"cancelled\": %" PRIu64 ", ",
           atomic_load(&sent), atomic_load(&answered), failed_in_all(), atomic_load(&cancelled));
    printf("\"failed_by_status\": {");
    for (size_t status = 1, first = 1; status < STATUSES; status++)
        if (atomic_load(&failed[status])) {
            printf("%s\"%s\": %" PRIu64, first ? "" : ", ", names[status], atomic_load(&failed[status]));
            first = 0;
        }
    printf("}, \"lost\": %" PRIu64 ", \"unaccounted\": %" PRIu64 ", \"twice\": %" PRIu64 ", \"out_of_order\": %" PRIu64
           ", \"unsound\": %" PRIu64 ", \"refused\": %" PRIu64 ", ",
           atomic_load(&lost), unaccounted(), atomic_load(&twice), atomic_load(&out_of_order), atomic_load(&unsound),
           atomic_load(&refused));
    print_holdings("before", before);
    print_holdings("warm", warm);
    print_holdings("late", late);
    print_holdings("after", after);
    printf("\"clients\": %" PRIu64 ", \"forks\": %" PRIu64 ", \"bad_children\": %" PRIu64 "}\n",
           atomic_load(&clients_made), atomic_load(&forked), atomic_load(&bad_children));
}

static struct holdings held_without_clients(void)
{
    threads_left(1);
    return held_now();
}

/* Until idle connections over HTTP/1.1 are let go, and in a long run those over HTTP/2 too. */
static struct holdings held_at_rest(int64_t run_ms)
{
    int64_t until = now_ms() + (run_ms < LONG_RUN_MS ? 5000 : 55000);
    while (now_ms() < until && !interrupted)
        sleep_ms(50);
    return held_now();
}

int main(int argc, char **argv)
{
    if (argc < 4 || argc % 2 != 0 || argc > 2 + 2 * MOST_SERVICES) {
        fprintf(stderr, "usage: soak SECONDS URL CA_FILE|- [URL CA_FILE|-]...\n");
        return 2;
    }
    for (int i = 2; i + 1 < argc; i += 2)
        services[service_count++] = (struct service){argv[i], strcmp(argv[i + 1], "-") ? argv[i + 1] : NULL};
    signal(SIGINT, interrupt);
    signal(SIGTERM, interrupt);
    static struct house house;
    int64_t ms = atoll(argv[1]) * 1000, began = now_ms();
    /* A first tenth makes what lives as long as the process. Then a look without clients, one at clients that are warm,
       one at the same clients much later, and one without them again. */
    furnish(&house);
    live_for(&house, ms / 10, began);
    clear(&house);
    struct holdings before = held_without_clients();
    furnish(&house);
    live_for(&house, ms / 5, began);
    struct holdings warm = held_at_rest(ms);
    live_for(&house, ms - ms / 5 - ms / 10, began);
    struct holdings late = held_at_rest(ms);
    clear(&house);
    struct holdings after = held_without_clients();
    print_totals((double)(now_ms() - began) / 1000, before, warm, late, after);
    return 0;
}
