/* fit_labels.c - see fit_labels.h.  Open addressing at a load of one half. */
#include "fit_labels.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a (Fowler, Noll & Vo 1991). */
static uint64_t hash(const char *word, size_t len)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < len; i++)
        h = (h ^ (uint8_t)word[i]) * UINT64_C(0x100000001b3);
    return h;
}

static bool is(const char *have, const char *word, size_t len)
{
    return strlen(have) == len && memcmp(have, word, len) == 0;
}

/* The slot of a word, or the free one where it belongs. */
static size_t slot_of(const struct fit_labels *l, const char *word, size_t len)
{
    size_t at = (size_t)hash(word, len) & (l->slots - 1);

    while (l->slot[at] && !is(l->word[l->slot[at] - 1], word, len))
        at = (at + 1) & (l->slots - 1);
    return at;
}

static enum status grow_slots(struct fit_labels *l)
{
    struct fit_labels new = *l;

    new.slots = l->slots ? 2 * l->slots : 64;
    new.slot = calloc(new.slots, sizeof *new.slot);
    if (!new.slot)
        return ST_NOMEM;
    for (size_t i = 0; i < l->count; i++)
        new.slot[slot_of(&new, l->word[i], strlen(l->word[i]))] =
            (uint32_t)i + 1;
    free(l->slot);
    *l = new;
    return ST_OK;
}

static enum status grow_words(struct fit_labels *l)
{
    const size_t cap = l->words_cap ? 2 * l->words_cap : 32;
    char **more = realloc(l->word, cap * sizeof *more);

    if (!more)
        return ST_NOMEM;
    l->word = more;
    l->words_cap = cap;
    return ST_OK;
}

static enum status grow_rows(struct fit_labels *l)
{
    const size_t cap = l->rows_cap ? 2 * l->rows_cap : 1024;
    uint32_t *more = realloc(l->row, cap * sizeof *more);

    if (!more)
        return ST_NOMEM;
    l->row = more;
    l->rows_cap = cap;
    return ST_OK;
}

/* *number: that of the word, which is new when it is l->count - 1 now. */
static enum status number(struct fit_labels *l, const char *word, size_t len,
                          uint32_t *out, struct err *err)
{
    enum status st = ST_OK;
    size_t at;

    if (2 * (l->count + 1) > l->slots)
        st = grow_slots(l);
    if (st != ST_OK)
        return st;
    at = slot_of(l, word, len);
    if (!l->slot[at]) {
        if (l->count == LABELS_MAX)
            return err_set(err, ST_RANGE, "more than %d different words",
                           LABELS_MAX);
        if (l->count == l->words_cap)
            st = grow_words(l);
        if (st == ST_OK && !(l->word[l->count] = strndup(word, len)))
            st = ST_NOMEM;
        if (st != ST_OK)
            return st;
        l->slot[at] = (uint32_t)++l->count;
    }
    *out = l->slot[at] - 1;
    return ST_OK;
}

enum status fit_labels_add(struct fit_labels *l, const char *word, size_t len,
                           struct err *err)
{
    enum status st = ST_OK;
    uint32_t n = 0;

    if (len > LABEL_MAX)
        return err_set(err, ST_RANGE, "a word of more than %d bytes",
                       LABEL_MAX);
    if (l->rows == l->rows_cap)
        st = grow_rows(l);
    if (st == ST_OK)
        st = number(l, word, len, &n, err);
    if (st == ST_OK)
        l->row[l->rows++] = n;
    return st;
}

size_t fit_labels_find(const struct fit_labels *l, const char *word)
{
    size_t at;

    if (!l->count)
        return SIZE_MAX;
    at = slot_of(l, word, strlen(word));
    return l->slot[at] ? l->slot[at] - 1 : SIZE_MAX;
}

void fit_labels_free(struct fit_labels *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->word[i]);
    free(l->word);
    free(l->row);
    free(l->slot);
    *l = (struct fit_labels){0};
}
