/* roles.c - see roles.h. */
#include "roles.h"

#include <errno.h>
#include <stdlib.h>

bool is_ten(const struct item *item)
{
    return item->kind == ITEM_SCALE && item->max == 10 &&
           (item->min == 0 || item->min == 1);
}

/* ---- as the survey has them ---- */

static size_t overall_of(const struct survey *s)
{
    const struct model *m = &s->model;

    if (m->constructs)
        return m->construct[m->index].item[0];
    for (size_t i = 0; i < s->items; i++)
        if (s->item[i].kind == ITEM_SCALE)
            return i;
    return SIZE_MAX;
}

static size_t loyalty_of(const struct survey *s)
{
    const size_t item = survey_item(s, "LOY1");
    const size_t construct = survey_construct(s, "LOY");

    if (item != SIZE_MAX && s->item[item].kind == ITEM_SCALE)
        return item;
    return construct == SIZE_MAX ? SIZE_MAX
                                 : s->model.construct[construct].item[0];
}

/* The choice that all variants of `item` depend on, and on nothing else. */
static bool depends(const struct survey *s, const struct item *item,
                    size_t *choice, int *first)
{
    if (item->kind != ITEM_SCALE || item->variants < 2)
        return false;
    for (size_t v = 0; v < item->variants; v++) {
        const struct condition *when = item->variant[v].when;

        if (item->variant[v].conditions != 1 || when->count < 1 ||
            s->item[when->item].kind != ITEM_CHOICE ||
            when->item != item->variant[0].when->item)
            return false;
    }
    *choice = item->variant[0].when->item;
    *first = item->variant[0].when->values[0];
    return true;
}

static void find_complaint(const struct survey *s, struct roles *out)
{
    for (size_t i = 0; i < s->items; i++)
        if (depends(s, &s->item[i], &out->complaint, &out->complained)) {
            out->handling = i;
            return;
        }
}

/* ---- as they are told ---- */

/* The setting's item, if it is told; it has to be a scale. */
static enum status told_scale(const struct survey *s, const struct query *q,
                              const char *name, size_t *out, struct err *err)
{
    const char *code = query_text(q, name, NULL);

    if (!code)
        return ST_OK;
    *out = survey_item(s, code);
    return *out == SIZE_MAX || s->item[*out].kind == ITEM_SCALE
               ? ST_OK
               : err_set(err, ST_INVALID, "--%s: %s of %s is no scale", name,
                         code, s->code);
}

static bool has_choice(const struct item *item, int code)
{
    for (size_t i = 0; i < item->choices; i++)
        if (item->choice[i].code == code)
            return true;
    return false;
}

/* "COM0=1" */
static enum status told_complaint(const struct survey *s, const struct query *q,
                                  struct roles *out, struct err *err)
{
    const char *text = query_text(q, "complaint", NULL);
    const char *equals = text ? strchr(text, '=') : NULL;
    char code[ITEM_CODE_MAX + 1], *end;
    long value;

    if (!text)
        return ST_OK;
    if (!equals || equals == text || (size_t)(equals - text) > ITEM_CODE_MAX)
        return err_set(err, ST_INVALID, "--complaint: '%.60s' is no ITEM=CODE",
                       text);
    snprintf(code, sizeof code, "%.*s", (int)(equals - text), text);
    errno = 0;
    value = strtol(equals + 1, &end, 10);
    if (end == equals + 1 || *end || errno || value < 0 || value > 255)
        return err_set(err, ST_INVALID, "--complaint: '%.60s' is no ITEM=CODE",
                       text);
    if (out->complaint != survey_item(s, code))
        out->handling = SIZE_MAX; /* it belonged to another */
    out->complaint = survey_item(s, code);
    out->complained = (int)value;
    if (out->complaint == SIZE_MAX)
        return ST_OK;
    return s->item[out->complaint].kind == ITEM_CHOICE &&
                   has_choice(&s->item[out->complaint], out->complained)
               ? ST_OK
               : err_set(err, ST_INVALID,
                         "--complaint: %s of %s has no choice %d", code,
                         s->code, out->complained);
}

static enum status find_recommend(const struct survey *s, const struct query *q,
                                  struct roles *out, struct err *err)
{
    const size_t loy2 = survey_item(s, "LOY2");
    const char *told = query_text(q, "nps", NULL);

    if (told)
        out->recommend = survey_item(s, told);
    else if (loy2 != SIZE_MAX && is_ten(&s->item[loy2]))
        out->recommend = loy2;
    else if (out->overall != SIZE_MAX && is_ten(&s->item[out->overall]) &&
             s->item[out->overall].min == 0)
        out->recommend = out->overall;
    if (told && out->recommend != SIZE_MAX && !is_ten(&s->item[out->recommend]))
        return err_set(err, ST_INVALID,
                       "--nps: %s of %s is on neither 0-10 nor 1-10", told,
                       s->code);
    return ST_OK;
}

enum status roles_of(const struct survey *s, const struct query *q,
                     struct roles *out, struct err *err)
{
    struct roles r = {overall_of(s), SIZE_MAX, SIZE_MAX,
                      loyalty_of(s), SIZE_MAX, 0};
    enum status st;

    find_complaint(s, &r);
    st = told_scale(s, q, "item", &r.overall, err);
    if (st == ST_OK)
        st = told_scale(s, q, "loyalty", &r.loyalty, err);
    if (st == ST_OK)
        st = told_complaint(s, q, &r, err);
    if (st == ST_OK)
        st = told_scale(s, q, "handling", &r.handling, err);
    if (st == ST_OK)
        st = find_recommend(s, q, &r, err);
    if (st == ST_OK)
        *out = r;
    return st;
}

/* ---- cuts ---- */

enum status cut_of(const struct item *item, const struct query *q,
                   struct cut *out, struct err *err)
{
    const bool five = item->min == 1 && item->max == 5;
    const bool told = query_flag(q, "satisfied") && query_flag(q, "fair");
    struct cut c = {told || five || is_ten(item), five ? 4 : 9, five ? 3 : 7};

    c.satisfied = (int)query_count(q, "satisfied", c.satisfied);
    c.fair = (int)query_count(q, "fair", c.fair);
    if (c.known &&
        (c.fair < item->min || c.satisfied > item->max || c.fair > c.satisfied))
        return err_set(
            err, ST_INVALID,
            "%s is on %d-%d: it cannot be satisfied from %d and fair "
            "from %d on",
            item->code, item->min, item->max, c.satisfied, c.fair);
    *out = c;
    return ST_OK;
}
