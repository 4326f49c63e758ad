/* Checks that count: a failed one says where, of what and why, and the program goes on. Silence means success. */
#ifndef CHECK_H
#define CHECK_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int checks_failed;
/* The row of a table that is being checked. */
static const char *checks_of = "";

#define CHECK(condition) check_true((condition), #condition, __FILE__, __LINE__)
#define CHECK_INT(actual, expected) check_int((int64_t)(actual), (int64_t)(expected), #actual, __FILE__, __LINE__)
#define CHECK_AT_LEAST(actual, low) check_between((int64_t)(actual), (low), INT64_MAX, #actual, __FILE__, __LINE__)
#define CHECK_BETWEEN(actual, low, high) check_between((int64_t)(actual), (low), (high), #actual, __FILE__, __LINE__)
#define CHECK_TEXT(actual, expected) check_text((actual), (expected), #actual, __FILE__, __LINE__)
#define CHECK_CONTAINS(text, part) check_contains((text), (part), #text, __FILE__, __LINE__)
#define CHECK_LACKS(text, part) check_lacks((text), (part), #text, __FILE__, __LINE__)

static inline bool check_true(bool passed, const char *what, const char *file, int line)
{
    if (!passed) {
        __atomic_fetch_add(&checks_failed, 1, __ATOMIC_RELAXED);
        fprintf(stderr, "%s:%d: %s%sfailed: %s\n", file, line, checks_of, *checks_of ? ": " : "", what);
    }
    return passed;
}

static inline bool check_int(int64_t actual, int64_t expected, const char *what, const char *file, int line)
{
    bool passed = check_true(actual == expected, what, file, line);
    if (!passed)
        fprintf(stderr, "    is %" PRId64 ", not %" PRId64 "\n", actual, expected);
    return passed;
}

static inline bool check_between(int64_t actual, int64_t low, int64_t high, const char *what, const char *file,
                                 int line)
{
    bool passed = check_true(low <= actual && actual <= high, what, file, line);
    if (!passed)
        fprintf(stderr, "    is %" PRId64 ", not in %" PRId64 "..%" PRId64 "\n", actual, low, high);
    return passed;
}

static inline bool check_text(const char *actual, const char *expected, const char *what, const char *file, int line)
{
    bool same = actual && expected ? strcmp(actual, expected) == 0 : actual == expected;
    bool passed = check_true(same, what, file, line);
    if (!passed)
        fprintf(stderr, "    is \"%s\", not \"%s\"\n", actual ? actual : "(NULL)", expected ? expected : "(NULL)");
    return passed;
}

static inline bool check_contains(const char *text, const char *part, const char *what, const char *file, int line)
{
    bool passed = check_true(text && strstr(text, part), what, file, line);
    if (!passed)
        fprintf(stderr, "    is \"%s\", without \"%s\"\n", text ? text : "(NULL)", part);
    return passed;
}

static inline bool check_lacks(const char *text, const char *part, const char *what, const char *file, int line)
{
    bool passed = check_true(!text || !strstr(text, part), what, file, line);
    if (!passed)
        fprintf(stderr, "    is \"%s\", with \"%s\"\n", text, part);
    return passed;
}

/* How often something is repeated: less where each step is slow, such as under a memory checker. */
static inline int rounds(int full, int quick)
{
    return getenv("ROBOFY_TEST_QUICK") ? quick : full;
}

static inline int usage(const char *line)
{
    fprintf(stderr, "usage: %s\n", line);
    return 2;
}

static inline int checks_result(void)
{
    return checks_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
