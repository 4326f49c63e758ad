/* The key comes by standard input, so that it is in no argument, no environment and no buffer but this one. */
#ifndef KEY_H
#define KEY_H

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static char key[256];

static inline bool read_key(void)
{
    size_t length = 0;
    while (length < sizeof key - 1 && read(STDIN_FILENO, key + length, 1) == 1 && key[length] != '\n')
        length++;
    key[length] = '\0';
    return length > 0;
}

static inline void wipe_key(void)
{
    volatile char *at = key;
    for (size_t i = 0; i < sizeof key; i++)
        at[i] = 0;
}

#endif
