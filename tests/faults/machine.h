/* How long threads that could run did not, because the machine had none of its cores for them. */
#ifndef MACHINE_H
#define MACHINE_H

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of one thread: schedstat's second field, in nanoseconds; 0 where there is no such thread. */
static inline int64_t withheld_from_thread(const char *task)
{
    char path[320];
    int64_t ran, waited = 0;
    snprintf(path, sizeof path, "%s/schedstat", task);
    FILE *file = fopen(path, "r");
    if (file && fscanf(file, "%" SCNd64 " %" SCNd64, &ran, &waited) != 2)
        waited = 0;
    if (file)
        fclose(file);
    return waited;
}

#define MOST_THREADS 2048

struct looked_at {
    struct {
        long id;
        int64_t waited;
    } threads[MOST_THREADS];
    int count;
};

/* What was withheld from each thread when it was last looked at. One that has ended takes its time with it, and what those that
   live have waited stays. */
struct withheld {
    struct looked_at looks[2];
    int now;
    int64_t sum;
};

static inline void withheld_from_one(struct withheld *since, const char *task, long id)
{
    const struct looked_at *before = &since->looks[!since->now];
    struct looked_at *now = &since->looks[since->now];
    int64_t waited = withheld_from_thread(task), earlier = 0;
    for (int i = 0; i < before->count; i++) {
        if (before->threads[i].id == id)
            earlier = before->threads[i].waited;
    }
    /* Less than before is of another thread with the same number. */
    since->sum += waited < earlier ? waited : waited - earlier;
    if (now->count < MOST_THREADS) {
        now->threads[now->count].id = id;
        now->threads[now->count++].waited = waited;
    }
}

static inline void withheld_look(struct withheld *since)
{
    since->now = !since->now;
    since->looks[since->now].count = 0;
}

/* Of a process's threads that live now. */
static inline void withheld_from(struct withheld *since, const char *tasks)
{
    DIR *entries = opendir(tasks);
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        char task[304];
        snprintf(task, sizeof task, "%s/%s", tasks, entry->d_name);
        if (entry->d_name[0] != '.')
            withheld_from_one(since, task, atol(entry->d_name));
    }
    if (entries)
        closedir(entries);
}

/* The system's threads that hand packets on when there are many: what waits for one of them waits for the machine. */
static inline void withheld_from_network(struct withheld *since)
{
    static long ids[64] = {0};
    static int count = -1;
    if (count < 0) {
        count = 0;
        for (long id = 2; id < 1000 && count < 64; id++) {
            char path[64], name[16] = "";
            snprintf(path, sizeof path, "/proc/%ld/comm", id);
            FILE *file = fopen(path, "r");
            if (file && fgets(name, sizeof name, file) && !strncmp(name, "ksoftirqd/", 10))
                ids[count++] = id;
            if (file)
                fclose(file);
        }
    }
    for (int i = 0; i < count; i++) {
        char task[64];
        snprintf(task, sizeof task, "/proc/%ld", ids[i]);
        withheld_from_one(since, task, ids[i]);
    }
}

#endif
