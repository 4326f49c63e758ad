/* Cuts an input into texts at its NULs. */
#ifndef TEXTS_H
#define TEXTS_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct texts {
    char *copy;
    char *at;
    char *end;
};

static inline struct texts texts_of(const uint8_t *data, size_t size)
{
    char *copy = malloc(size + 1);
    if (size)
        memcpy(copy, data, size);
    copy[size] = '\0';
    return (struct texts){copy, copy, copy + size};
}

/* The next text, or NULL after the last. */
static inline char *next_text(struct texts *texts)
{
    if (texts->at > texts->end)
        return NULL;
    char *text = texts->at;
    texts->at += strlen(text) + 1;
    return text;
}

static inline void free_texts(struct texts *texts)
{
    free(texts->copy);
}

#endif
