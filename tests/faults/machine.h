/* How long threads that could run did not, because the machine had none of its cores for them. */
#ifndef MACHINE_H
#define MACHINE_H

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>

/* The sum over a process's threads that live now (schedstat's second field, in nanoseconds). */
static inline int64_t withheld_from(const char *tasks)
{
    int64_t sum = 0;
    DIR *entries = opendir(tasks);
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        char path[320];
        int64_t ran, waited;
        snprintf(path, sizeof path, "%s/%s/schedstat", tasks, entry->d_name);
        FILE *file = entry->d_name[0] == '.' ? NULL : fopen(path, "r");
        if (file && fscanf(file, "%" SCNd64 " %" SCNd64, &ran, &waited) == 2)
            sum += waited;
        if (file)
            fclose(file);
    }
    if (entries)
        closedir(entries);
    return sum;
}

#endif
