/* How long threads that could run did not, because the machine had none of its cores for them. */
#ifndef MACHINE_H
#define MACHINE_H

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>

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

/* The sum over a process's threads that live now. */
static inline int64_t withheld_from(const char *tasks)
{
    int64_t sum = 0;
    DIR *entries = opendir(tasks);
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        char task[304];
        snprintf(task, sizeof task, "%s/%s", tasks, entry->d_name);
        if (entry->d_name[0] != '.')
            sum += withheld_from_thread(task);
    }
    if (entries)
        closedir(entries);
    return sum;
}

#endif
