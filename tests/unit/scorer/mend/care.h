/* care.h - a survey that asks who complained and who will stay, and people who
 * answered it.  Header only. */
#ifndef TESTS_CARE_H
#define TESTS_CARE_H

#include "results.h"

#include "scorer/kind.h"

enum { CARE_ITEMS = 7, CARE_MAX = 4000 };
enum { SAT1, SAT2, COM0, COM1, COM2, LOY1, LOY2 };

struct care {
    struct world w;
    struct survey *survey, *other; /* of one family */
    struct engine *e;
    size_t count; /* of those who count: invited */
    struct person *p;
    unsigned *group;
};

static inline struct survey *care_survey(struct world *w, const char *code,
                                         const char *product)
{
    char yaml[4096];
    struct survey *s = NULL;

    snprintf(
        yaml, sizeof yaml,
        "survey: %s\nfamily: care\nproduct: %s\ntitle: {en: care}\nitems:\n"
        "  - {code: SAT1, scale: {min: 1, max: 10}, text: {en: rate it}}\n"
        "  - {code: SAT2, scale: {min: 1, max: 10}, text: {en: rate it}}\n"
        "  - {code: COM0, kind: choice, text: {en: complained},"
        " choices: [{code: 1, text: {en: a}}, {code: 2, text: {en: b}}]}\n"
        "  - code: COM1\n    scale: {min: 1, max: 10}\n    variants:\n"
        "      - {when: {COM0: 1}, text: {en: how was it handled}}\n"
        "      - {when: {COM0: 2}, text: {en: how would it be}}\n"
        "  - {code: COM2, scale: {min: 1, max: 10}, text: {en: rate it}}\n"
        "  - {code: LOY1, scale: {min: 1, max: 10}, text: {en: stay}}\n"
        "  - {code: LOY2, scale: {min: 1, max: 10}, text: {en: recommend}}\n"
        "short: [SAT1]\nmodel:\n  scheme: path\n  missing: mean\n"
        "  constructs:\n"
        "    - {code: SAT, mode: A, title: {en: S}, items: [SAT1, SAT2]}\n"
        "    - {code: COM, mode: A, title: {en: C}, items: [COM1, COM2]}\n"
        "    - {code: LOY, mode: A, title: {en: L}, items: [LOY1, LOY2]}\n"
        "  paths:\n    - {from: SAT, to: [COM, LOY]}\n"
        "    - {from: COM, to: [LOY]}\n  index: SAT\n",
        code, product);
    ok(w, survey_parse(code, yaml, strlen(yaml), NULL, NULL, &s, &w->err));
    ok(w, store_begin(w->write, &w->err));
    world_define(w, s);
    ok(w, store_commit(w->write, &w->err));
    return s;
}

static inline uint8_t care_rate(struct world *w, double level)
{
    const double x = 1 + 9 * (0.6 + 0.25 * level + 0.12 * noise(w)) + 0.5;

    return x < 1 ? 1 : x > 10 ? 10 : (uint8_t)x;
}

/* Somebody invited or not; one in five has complained, most of them the less
 * satisfied; some questions are left out. */
static inline void care_person(struct world *w, const struct survey *s,
                               struct person *p)
{
    const double level = noise(w), handled = noise(w);
    const bool complained = draw(w) % 100 < (level < -0.2 ? 45 : 12);
    const double loyal = level + (complained ? 0.8 * handled : 0);

    person_make(w, MINI_MOB, p);
    memcpy(p->r.version, s->version, HASH_SIZE);
    p->r.items = CARE_ITEMS;
    set_code(p->r.context.product, s->product);
    p->answers[SAT1] = care_rate(w, level);
    p->answers[SAT2] = care_rate(w, level);
    p->answers[COM0] = complained ? 1 : 2;
    p->answers[COM1] = care_rate(w, complained ? handled : level);
    p->answers[COM2] = care_rate(w, level);
    p->answers[LOY1] = care_rate(w, loyal);
    p->answers[LOY2] = care_rate(w, loyal);
    for (size_t i = 0; i < CARE_ITEMS; i++)
        if (draw(w) % 100 < 4)
            p->answers[i] = 0;
}

static inline void care_put(struct care *c, const struct survey *s,
                            const struct person *p)
{
    assert_true(c->count < CARE_MAX);
    assert_int_equal(submit(&c->w, p, false), VERDICT_ACCEPTED);
    if (p->r.context.frame != FRAME_INVITED)
        return;
    c->p[c->count] = *p;
    c->group[c->count++] = errors_group(p->r.respondent, p->r.id);
    (void)s;
}

static inline void care_fill(struct care *c, const struct survey *s,
                             size_t people)
{
    ok(&c->w, store_begin(c->w.write, &c->w.err));
    for (size_t i = 0; i < people; i++) {
        struct person p;

        care_person(&c->w, s, &p);
        care_put(c, s, &p);
    }
    ok(&c->w, store_commit(c->w.write, &c->w.err));
}

static inline struct care *care_open(uint64_t seed, size_t people)
{
    struct care *c = calloc(1, sizeof *c);

    assert_non_null(c);
    world_open(&c->w, seed, NULL, "mean");
    c->p = calloc(CARE_MAX, sizeof *c->p);
    c->group = calloc(CARE_MAX, sizeof *c->group);
    assert_non_null(c->p);
    assert_non_null(c->group);
    c->survey = care_survey(&c->w, "care-mob", "MOB");
    c->other = care_survey(&c->w, "care-fix", "FIX");
    care_fill(c, c->survey, people);
    ok(&c->w, engine_on(c->w.read, NULL, &c->e, &c->w.err));
    return c;
}

static inline void care_close(struct care *c)
{
    engine_close(&c->e);
    survey_free(&c->survey);
    survey_free(&c->other);
    free(c->p);
    free(c->group);
    world_close(&c->w);
    free(c);
}

#endif
