/* answering_people.c - the weights of the people of a query: made once, kept
 * until there are new answers, and named.
 */
#include <stdlib.h>

#include "engine_handle.h"
#include "surveys/period.h"

static bool same_people(const struct weighed *w, const struct answering *a,
                        const struct people_of *of)
{
    return streq(w->of.survey->code, of->survey->code) &&
           streq(w->of.survey->product, of->survey->product) &&
           w->of.from == of->from && w->of.to == of->to &&
           w->of.frames == of->frames && w->of.fit == of->fit &&
           memcmp(w->weighting, a->weighting.id, HASH_SIZE) == 0;
}

static const struct people *find(const struct answering *a,
                                 const struct people_of *of)
{
    const struct engine *e = a->engine;

    for (size_t i = 0; i < e->weighings; i++)
        if (same_people(&e->weighed[i], a, of))
            return e->weighed[i].people;
    return NULL;
}

struct people_of answering_everybody(const struct answering *a, size_t i)
{
    return (struct people_of){.survey = a->forms.form[i]->survey,
                              .from = period_month(a->query->from),
                              .to = period_month(a->query->to),
                              .frames = a->table.frames};
}

enum status answering_people(struct answering *a, const struct people_of *of,
                             const struct people **out)
{
    struct engine *e = a->engine;
    struct weighed *more, fresh = {.of = *of};
    enum status st;

    *out = find(a, of);
    if (*out || a->weighting.how == WEIGHTING_NONE)
        return ST_OK;
    more = realloc(e->weighed, (e->weighings + 1) * sizeof *more);
    if (!more)
        return ST_NOMEM;
    e->weighed = more;
    st = people_make(e->cells, of, &a->weighting, &fresh.people, a->err);
    if (st != ST_OK)
        return st;
    memcpy(fresh.weighting, a->weighting.id, HASH_SIZE);
    e->weighed[e->weighings++] = fresh;
    *out = fresh.people;
    return ST_OK;
}

enum status engine_people(struct engine *e, const struct query *q,
                          const struct survey *form, const struct people **out,
                          struct err *err)
{
    struct answering a = {.engine = e, .query = q, .err = err};
    const struct people_of of = {.survey = form,
                                 .from = period_month(q->from),
                                 .to = period_month(q->to),
                                 .frames = query_frames(q)};
    enum status st = query_check(q, err);

    if (st == ST_OK)
        st = weighting_open(q, &a.weighting, err);
    if (st == ST_OK)
        st = answering_people(&a, &of, out);
    weighting_close(&a.weighting);
    return st;
}

/* ---- their names ---- */

enum { SHORT_HASH = 4 };

/* What the weights of the query's surveys have in common. */
struct common {
    bool any, rates, none;
    const char *name;
};

static struct common look(const struct answering *a)
{
    struct common c = {.name = ""};

    for (size_t i = 0; i < a->forms.count; i++) {
        const struct people_of of = answering_everybody(a, i);
        const struct people *p = find(a, &of);

        if (!p || !p->cells.count)
            continue;
        c.any = true;
        c.rates = c.rates || p->rates;
        c.none = c.none || !p->rates;
        if (*p->name)
            c.name = p->name;
    }
    return c;
}

static void label_people(const struct answering *a, char out[WEIGHTING_TEXT])
{
    const struct raking_rule *rule = &a->weighting.rule;
    const struct common c = look(a);
    char hash[2 * SHORT_HASH + 1] = "", limits[64] = "";

    if (a->weighting.how != WEIGHTING_POPULATION) {
        snprintf(out, WEIGHTING_TEXT, "%s",
                 a->weighting.how == WEIGHTING_NONE ? "none" : "design");
        return;
    }
    bytes_hex(a->weighting.population->hash, SHORT_HASH, hash);
    if (isfinite(rule->high))
        snprintf(limits, sizeof limits, " limits %g-%g", rule->low, rule->high);
    snprintf(out, WEIGHTING_TEXT, "%s%s %s%s",
             !c.rates ? ""
             : c.none ? "design where known, "
                      : "design, ",
             c.any ? c.name : "population", hash, limits);
}

static enum status label_rollup(const struct answering *a,
                                char out[ROLLUP_TEXT])
{
    static const char *const words[] = {[ROLLUP_EQUAL] = "equal",
                                        [ROLLUP_DESIGN] = "design",
                                        [ROLLUP_USERS] = "users",
                                        [ROLLUP_REVENUE] = "revenue"};
    const struct query *q = a->query;
    const bool by_file =
        q->rollup == ROLLUP_USERS || q->rollup == ROLLUP_REVENUE;
    char hash[2 * SHORT_HASH + 1] = "";
    uint8_t sum[HASH_SIZE];
    enum status st = ST_OK;

    if (!a->forms.family)
        return ST_OK;
    if (by_file)
        st = population_hash(q->rollup_file, sum, a->err);
    if (st == ST_OK && by_file)
        bytes_hex(sum, SHORT_HASH, hash);
    if (st == ST_OK)
        snprintf(out, ROLLUP_TEXT, "%s%s%s", words[q->rollup],
                 by_file ? " " : "", hash);
    return st;
}

enum status answering_label(struct answering *a)
{
    label_people(a, a->estimates.weighting);
    return label_rollup(a, a->estimates.rollup);
}
