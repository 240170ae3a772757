/* plan_strata.c - which stratum somebody is of, and at which rate it is drawn:
 * the values of the plan's dimensions with hyphens between ("44-GLD"), "_" for
 * one that is not known, and "all" where the plan makes none. */
#include "plan.h"

#include <stdlib.h>

#include "surveys/survey.h"

static size_t attribute_of(const struct survey *s, const char *code)
{
    size_t a = 0;

    while (a < s->attributes && !streq(s->attribute[a].code, code))
        a++;
    return a;
}

enum status plan_fits(const struct plan *p, const struct survey *s,
                      struct err *err)
{
    for (size_t i = 0; i < p->by_count; i++)
        if (p->by[i].dim == BY_ATTRIBUTE &&
            attribute_of(s, p->by[i].code) == s->attributes)
            return err_set(err, ST_INVALID,
                           "%s: strata: '%s' is neither a dimension nor an "
                           "attribute of %s",
                           p->path, p->by[i].code, s->code);
    return ST_OK;
}

/* The part's text; `number` holds an attribute's. */
static const char *part_of(const struct stratum_by *by, const struct survey *s,
                           const struct context *c, char number[4])
{
    switch (by->dim) {
    case BY_OPERATOR:
        return c->operator;
    case BY_PRODUCT:
        return c->product;
    case BY_PROVINCE:
        return c->province;
    case BY_ORG:
        return c->org;
    case BY_TOUCHPOINT:
        return c->touchpoint;
    case BY_CLASS:
        return c->class;
    default:
        break;
    }
    *number = '\0';
    if (c->attributes[attribute_of(s, by->code)])
        (void)snprintf(number, 4, "%u",
                       c->attributes[attribute_of(s, by->code)]);
    return number;
}

enum status plan_stratum(const struct plan *p, const struct survey *s,
                         const struct context *c, char out[CODE_MAX + 1])
{
    char name[CODE_MAX + 1] = "", number[4];
    size_t used = 0;

    for (size_t i = 0; i < p->by_count; i++) {
        const char *part = part_of(&p->by[i], s, c, number);
        const size_t len = *part ? strlen(part) : 1;

        if (used + (i ? 1 : 0) + len > CODE_MAX)
            return ST_RANGE;
        if (i)
            name[used++] = '-';
        memcpy(name + used, *part ? part : "_", len);
        used += len;
    }
    if (!p->by_count)
        memcpy(name, "all", sizeof "all");
    memcpy(out, name, sizeof name);
    return ST_OK;
}

static int rate_order(const void *key, const void *element)
{
    const struct stratum_rate *r = element;

    return strcmp(key, r->code);
}

uint32_t plan_rate(const struct plan *p, const char *stratum)
{
    const struct stratum_rate *own =
        p->rates
            ? bsearch(stratum, p->rate, p->rates, sizeof *p->rate, rate_order)
            : NULL;

    return own ? own->ppm : p->rate_ppm;
}
