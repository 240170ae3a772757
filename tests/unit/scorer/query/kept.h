/* kept.h - people whose answers a test keeps beside the store, to compute by
 * hand what the engine computes from its cube. */
#ifndef TESTS_KEPT_H
#define TESTS_KEPT_H

#include "scorer/world.h"

#include "scorer/errors.h"

struct kept {
    size_t count;
    struct person *person;
};

static inline void keep_world(struct world *w, size_t survey, size_t people,
                              struct kept *k)
{
    ok(w, store_begin(w->write, &w->err));
    k->person = realloc(k->person, (k->count + people) * sizeof *k->person);
    assert_non_null(k->person);
    for (size_t i = 0; i < people; i++) {
        struct person *p = &k->person[k->count++];

        person_make(w, survey, p);
        assert_int_equal(submit(w, p, false), VERDICT_ACCEPTED);
    }
    ok(w, store_commit(w->write, &w->err));
}

static inline unsigned kept_group(const struct person *p)
{
    return errors_group(p->r.respondent, p->r.id);
}

static inline int32_t kept_month(const struct person *p)
{
    return period_month(period_day(p->r.event_at));
}

static inline bool kept_of(const struct person *p, const struct survey *s)
{
    return memcmp(p->r.version, s->version, HASH_SIZE) == 0;
}

#endif
