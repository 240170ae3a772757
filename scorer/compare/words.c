/* words.c - see words.h. */
#include "words.h"

bool dimensions_have(const enum dimension *list, size_t count, enum dimension d)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == d)
            return true;
    return false;
}

enum status dimension_read(const char *option, const char *word, size_t len,
                           enum dimension *out, struct err *err)
{
    if (dimension_find(word, len, out))
        return ST_OK;
    return err_set(err, ST_INVALID, "--%s: no dimension '%.*s'", option,
                   (int)len, word);
}

enum status dimensions_read(const char *option, const char *text,
                            const struct query *q, struct dimensions *out,
                            struct err *err)
{
    struct dimensions d = {0};

    for (const char *at = text; at;) {
        const size_t len = strcspn(at, ",");
        enum dimension one;
        enum status st = dimension_read(option, at, len, &one, err);

        if (st != ST_OK)
            return st;
        if (dimensions_have(d.list, d.count, one) ||
            dimensions_have(q->by, q->by_count, one))
            return err_set(err, ST_INVALID, "--%s: split twice by %s", option,
                           dimension_name(one));
        d.list[d.count++] = one;
        at = at[len] ? at + len + 1 : NULL;
    }
    *out = d;
    return ST_OK;
}

uint32_t estimate_flags(const struct cell_estimate *e)
{
    const int64_t n = e ? e->n : 0;
    const uint32_t flags = e ? e->flags : 0;

    if (n < N_SHOWN)
        return flags | SCORE_SUPPRESSED;
    return n < N_FIRM ? flags | SCORE_INDICATIVE : flags;
}

void words_add(char out[WORDS_MAX], const char *word)
{
    const size_t len = strlen(out);

    snprintf(out + len, WORDS_MAX - len, "%s%s", len ? " " : "", word);
}

void flags_print(uint32_t flags, char out[WORDS_MAX])
{
    const char *names[32];
    const size_t count = score_flag_names(flags, names);

    *out = '\0';
    for (size_t i = 0; i < count; i++)
        words_add(out, names[i]);
}
