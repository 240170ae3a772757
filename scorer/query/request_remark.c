/* request_remark.c - the words around a request: names for codes, and why there
 * is nothing to see. */
#include "request_texts.h"
#include "surveys/period.h"
#include "tabulate.h"

/* ---- names for codes ---- */

/* The code that `word` is or names, or NULL. */
static const char *look_up(const struct codes *codes, enum code_table table,
                           const char *word)
{
    const size_t count = codes_count(codes, table);
    const char *named = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct code *c = codes_at(codes, table, i);

        if (streq(c->code, word))
            return c->code;
        if (streq(c->name_zh, word) || streq(c->name_en, word))
            named = c->code;
    }
    return named;
}

static enum status resolve_filter(const struct query_filter *f,
                                  const char **code, const struct codes *codes,
                                  struct err *err)
{
    const enum code_table table = dimension_table(f->dimension);

    if (table == CODES_TABLES || !codes_count(codes, table))
        return ST_OK;
    for (size_t i = 0; i < f->count; i++) {
        const char *found = look_up(codes, table, code[i]);

        if (!found && code[i][0])
            return err_set(err, ST_NOTFOUND,
                           "--where: no code or name '%s' in the table of %s",
                           code[i], dimension_name(f->dimension));
        if (found)
            code[i] = found;
    }
    return ST_OK;
}

enum status request_resolve(struct request *r, const struct codes *codes,
                            struct err *err)
{
    struct request_texts *t = r->texts;
    enum status st = ST_OK;

    for (size_t i = 0; i < t->filters && st == ST_OK; i++)
        st = resolve_filter(&t->filter[i], t->codes[i], codes, err);
    return st;
}

/* ---- what met nothing ---- */

static void tell_unmet(const struct query *q, const bool *met,
                       const char *program, FILE *out)
{
    const char *before = NULL;

    for (size_t i = 0; i < q->filters; i++) {
        const struct query_filter *f = &q->filter[i];

        for (size_t k = 0; k < f->count; k++) {
            if (*met++)
                continue;
            if (!before)
                (void)fprintf(out, "%s: --where met no answers:", program);
            (void)fprintf(out, "%s %s=%s", before ? before : "",
                          dimension_name(f->dimension), f->codes[k]);
            before = ",";
        }
    }
    if (before)
        (void)fputc('\n', out);
}

static void tell_frames(const struct query *q, FILE *out)
{
    const uint32_t frames = query_frames(q);
    const char *before = "";

    for (enum frame f = 0; f < FRAMES; f++)
        if (frames & 1u << f) {
            (void)fprintf(out, "%s%s", before, frame_name(f));
            before = ", ";
        }
}

static void tell_empty(const struct request *r, const struct result *result,
                       const char *program, FILE *out)
{
    const struct query *q = &r->query;
    const bool answered = result->met[0] && !q->filters;
    char from[PERIOD_TEXT], to[PERIOD_TEXT];

    period_format_day(q->from, from);
    period_format_day(q->to, to);
    (void)fprintf(out, "%s: %s %s %s from %s to %s, frames ", program,
                  answered ? "nothing to tell of" : "no answers to", q->survey,
                  answered ? "though there are answers" : "were counted", from,
                  to);
    tell_frames(q, out);
    if (result->met[0] && !answered)
        (void)fputs(", that are as --where says", out);
    else if (!answered && *result->elsewhere)
        (void)fprintf(out, "; there are some of %s", result->elsewhere);
    (void)fputc('\n', out);
}

void request_remark(const struct request *r, const struct result *result,
                    const char *program, FILE *out)
{
    if (!result->met)
        return;
    if (result->met[0])
        tell_unmet(&r->query, result->met + 1, program, out);
    if (result->rows == 0)
        tell_empty(r, result, program, out);
}
