/* sample.h - a world of mini-mob whose people are kept, and asking `mend` of
 * it.  Header only. */
#ifndef TESTS_MEND_SAMPLE_H
#define TESTS_MEND_SAMPLE_H

#include "results.h"

#include "scorer/kind.h"

enum { PEOPLE = 1100, ALL_GROUPS = GROUPS };

/* A world of mini-mob whose people are kept. */
struct sample {
    struct world w;
    struct engine *e;
    struct pls_model model;
    size_t count; /* of those who count: invited */
    struct person *p;
    unsigned group[PEOPLE];
};

static inline void open_sample(struct sample *s, uint64_t seed, size_t people)
{
    struct world *w = &s->w;

    memset(s, 0, sizeof *s);
    world_open(w, seed, NULL, "mean");
    pls_model_of(w->survey[MINI_MOB], &s->model);
    s->p = calloc(people, sizeof *s->p);
    assert_non_null(s->p);
    ok(w, store_begin(w->write, &w->err));
    for (size_t i = 0; i < people; i++) {
        struct person *p = &s->p[s->count];

        person_make(w, MINI_MOB, p);
        assert_int_equal(submit(w, p, false), VERDICT_ACCEPTED);
        s->group[s->count] = errors_group(p->r.respondent, p->r.id);
        s->count += p->r.context.frame == FRAME_INVITED;
    }
    ok(w, store_commit(w->write, &w->err));
    ok(w, engine_on(w->read, NULL, &s->e, &w->err));
}

static inline void close_sample(struct sample *s)
{
    engine_close(&s->e);
    free(s->p);
    world_close(&s->w);
}

/* ---- asking ---- */

static inline struct result
asked(struct sample *s, struct query_setting *setting, size_t settings)
{
    static const enum dimension by[] = {DIM_PROVINCE};
    struct query q = ask_for("mini-mob");
    struct result r = {0};

    q.by = by;
    q.by_count = 1;
    q.setting = setting;
    q.settings = settings;
    ok(&s->w, engine_ask(s->e, &kind_mend, &q, &r, &s->w.err));
    return r;
}

static inline size_t row_of(const struct result *r, const char *province,
                            const char *what, const char *column)
{
    for (size_t i = 0; i < r->rows; i++)
        if (streq(text(r, i, "province"), province) &&
            streq(text(r, i, column), what))
            return i;
    fail_msg("no row of %s %s", province, what);
    return 0;
}

static const char *const provinces[] = {"11", "31", "44", "65"};

#endif
