/* interaction_parse.c - "IMG*VAL:SAT"; see interaction.h. */
#include "interaction.h"

#include <string.h>

static size_t find(const struct pls_model *m, const char *text, size_t len)
{
    for (size_t c = 0; c < m->constructs; c++) {
        const char *code = pls_construct_code(m, c);

        if (strlen(code) == len && memcmp(code, text, len) == 0)
            return c;
    }
    return SIZE_MAX;
}

/* The construct named up to the first of `ends`; *text moves behind it. */
static enum status read_construct(const struct pls_model *m, const char **text,
                                  const char *ends, size_t *out,
                                  struct err *err)
{
    const size_t len = strcspn(*text, "*:,");
    const size_t c = find(m, *text, len);
    const char end = (*text)[len];

    if (len == 0 || !(end ? strchr(ends, end) != NULL : *ends == ','))
        return err_set(err, ST_INVALID,
                       "an interaction is written FROM*BY:TO, with commas "
                       "between several");
    if (c == SIZE_MAX)
        return err_set(err, ST_INVALID, "unknown construct '%.*s'",
                       (int)(len < 64 ? len : 64), *text);
    *text += len + (end ? 1 : 0);
    *out = c;
    return ST_OK;
}

/* Whether arrows lead from `from` to `to`, in one step or several. */
static bool depends(const struct pls_model *m, size_t to, size_t from)
{
    const size_t k = m->constructs;
    bool reached[CONSTRUCTS_MAX] = {false};

    reached[from] = true;
    for (size_t i = 0; i < k; i++)
        for (size_t p = 0; p < k; p++) {
            const size_t c = m->order[i];

            reached[c] |= m->path[c * k + p] && reached[p];
        }
    return reached[to];
}

static bool same(const struct interaction *a, const struct interaction *b)
{
    return a->to == b->to && ((a->from == b->from && a->by == b->by) ||
                              (a->from == b->by && a->by == b->from));
}

static enum status check(const struct pls_model *m,
                         const struct interactions *before,
                         const struct interaction *it, struct err *err)
{
    const char *from = pls_construct_code(m, it->from);
    const char *by = pls_construct_code(m, it->by);
    const char *to = pls_construct_code(m, it->to);

    if (!m->path[it->to * m->constructs + it->from])
        return err_set(err, ST_INVALID, "%s*%s:%s: no path leads from %s to %s",
                       from, by, to, from, to);
    if (it->by == it->from || it->by == it->to)
        return err_set(err, ST_INVALID, "%s*%s:%s: %s moderates itself", from,
                       by, to, by);
    if (depends(m, it->by, it->to))
        return err_set(err, ST_INVALID,
                       "%s*%s:%s: cyclic model: %s depends on %s", from, by, to,
                       by, to);
    for (size_t i = 0; i < before->count; i++)
        if (same(&before->list[i], it))
            return err_set(err, ST_INVALID, "%s*%s:%s: this product twice",
                           from, by, to);
    return ST_OK;
}

enum status interactions_parse(const struct pls_model *m, const char *text,
                               struct interactions *out, struct err *err)
{
    struct interactions x = {0};
    bool more = true;

    while (more) {
        struct interaction it;
        enum status st = read_construct(m, &text, "*", &it.from, err);

        if (st == ST_OK)
            st = read_construct(m, &text, ":", &it.by, err);
        if (st == ST_OK)
            st = read_construct(m, &text, ",", &it.to, err);
        if (st == ST_OK)
            st = check(m, &x, &it, err);
        if (st != ST_OK)
            return st;
        if (x.count == INTERACTIONS_MAX)
            return err_set(err, ST_RANGE, "more than %d interactions",
                           INTERACTIONS_MAX);
        x.list[x.count++] = it;
        more = *text || text[-1] == ',';
    }
    *out = x;
    return ST_OK;
}
