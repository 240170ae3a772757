/* keys_words.c - lists of words on the command line: see keys_command.h. */
#include <stdlib.h>

#include "keys_command.h"

/* "a,b,c" cut in place; the number of words, or max + 1 when there are more. */
static size_t cut(char *text, char between, const char **word, size_t max)
{
    const char stop[] = {between, '\0'};
    size_t n = 0;

    while (*text) {
        if (n == max)
            return max + 1;
        word[n++] = text;
        text += strcspn(text, stop);
        if (*text)
            *text++ = '\0';
    }
    return n;
}

static int compare_texts(const void *a, const void *b)
{
    const char *const *x = a;
    const char *const *y = b;

    return strcmp(*x, *y);
}

enum status words_cut_at(char between, const char *option, const char *list,
                         struct words *out, struct err *err)
{
    char *text = strdup(list);

    if (!text)
        return err_set(err, ST_NOMEM, "out of memory");
    out->count = cut(text, between, out->word, WORDS_MAX);
    if (out->count > WORDS_MAX) {
        free(text);
        return err_set(err, ST_RANGE, "--%s: more than %d", option, WORDS_MAX);
    }
    out->text = text;
    if (out->count)
        qsort(out->word, out->count, sizeof *out->word, compare_texts);
    return ST_OK;
}

enum status words_cut(const char *option, const char *list, struct words *out,
                      struct err *err)
{
    return words_cut_at(',', option, list, out, err);
}

void words_free(struct words *w)
{
    free(w->text);
    w->text = NULL;
    w->count = 0;
}

enum status words_set(const char *option, const char *list,
                      word_parse_fn *parse, uint32_t *out, struct err *err)
{
    struct words w = {0};
    uint32_t set = 0;
    uint8_t bit;
    enum status st = words_cut(option, list, &w, err);

    for (size_t i = 0; st == ST_OK && i < w.count; i++) {
        if (parse(w.word[i], &bit))
            set |= 1u << bit;
        else
            st = err_set(err, ST_INVALID, "--%s: '%s' is unknown", option,
                         w.word[i]);
    }
    words_free(&w);
    if (st == ST_OK)
        *out = set;
    return st;
}

enum status words_join(struct buffer *list, const char *word)
{
    enum status st = list->len ? buffer_byte(list, ',') : ST_OK;

    return st == ST_OK ? buffer_add(list, word, strlen(word)) : st;
}

enum status words_join_set(struct buffer *list, uint32_t set,
                           const char *(*name)(unsigned bit))
{
    enum status st = ST_OK;

    for (unsigned bit = 0; st == ST_OK && name(bit); bit++)
        if (set & 1u << bit)
            st = words_join(list, name(bit));
    return st;
}
