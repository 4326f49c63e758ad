/* What this process holds: its threads and its open descriptors. */
#ifndef PROCESS_H
#define PROCESS_H

#include <dirent.h>

#include "check.h"
#include "clock.h"

static inline int entries_of(const char *directory)
{
    int count = 0;
    DIR *entries = opendir(directory);
    for (struct dirent *entry; entries && (entry = readdir(entries));)
        count += entry->d_name[0] != '.';
    if (entries)
        closedir(entries);
    return count;
}

static inline int threads_now(void)
{
    return entries_of("/proc/self/task");
}

/* Each count holds the descriptor that counts. */
static inline int descriptors_now(void)
{
    return entries_of("/proc/self/fd");
}

/* The kernel takes a thread that was joined out of the list a moment after the join. */
static inline int threads_left(int expected)
{
    int64_t give_up = now_ms() + 30000;
    while (threads_now() != expected && now_ms() < give_up)
        sleep_ms(1);
    return threads_now();
}

#endif
