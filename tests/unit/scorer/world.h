/* world.h - a small nation for tests of the scorer: surveys, people whose
 * answers hang together, and the store that they are in.
 *
 * Header only; include it after nothing.  Every number follows from the seed.
 */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "collector/store.h"
#include "scorer/query.h"
#include "surveys/period.h"

/* "mini": eight scale items in three constructs, a choice and a text. */
enum { MINI_ITEMS = 10, MINI_SCALES = 8, MINI_CONSTRUCTS = 3 };
enum { SURVEYS = 4 };
enum { MINI_MOB, MINI_FIX, MINI_MOB_TYPO, LONE }; /* LONE has no model */

#define OCTOBER  (2026 * 12 + 9)
#define NOVEMBER (2026 * 12 + 10)

struct world {
    const char *file; /* NULL: in memory */
    struct store *write, *read;
    struct survey *survey[SURVEYS];
    uint64_t random;
    uint64_t people;
    struct err err;
};

#define ok(w, call)                                                            \
    do {                                                                       \
        enum status got_ = (call);                                             \
        if (got_ != ST_OK)                                                     \
            fail_msg("%s: status %d: %s", #call, got_, (w)->err.text);         \
    } while (0)

static inline uint64_t draw(struct world *w)
{
    /* splitmix64, Steele, Lea & Flood 2014 */
    uint64_t z = w->random += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Near normal: a sum of four uniforms, variance 1/3. */
static inline double noise(struct world *w)
{
    double sum = -2;

    for (int i = 0; i < 4; i++)
        sum += (double)(draw(w) >> 11) * 0x1p-53;
    return sum;
}

static inline struct survey *world_survey(struct world *w, const char *code,
                                          const char *product,
                                          const char *missing,
                                          const char *title)
{
    static const char *const items[MINI_SCALES] = {
        "IMG1", "IMG2", "IMG3", "SAT1", "SAT2", "SAT3", "LOY1", "LOY2"};
    char yaml[4096];
    int at = snprintf(yaml, sizeof yaml,
                      "survey: %s\nfamily: mini\nproduct: %s\n"
                      "title: {en: %s}\nitems:\n",
                      code, product, title);
    struct survey *s = NULL;

    for (size_t i = 0; i < MINI_SCALES; i++)
        at += snprintf(yaml + at, sizeof yaml - (size_t)at,
                       "  - {code: %s, scale: {min: 1, max: 10},"
                       " text: {en: rate it}}\n",
                       items[i]);
    snprintf(yaml + at, sizeof yaml - (size_t)at,
             "  - {code: WHY, kind: choice, text: {en: why},"
             " choices: [{code: 1, text: {en: a}}, {code: 3, text: {en: b}}]}\n"
             "  - {code: MORE, kind: text, text: {en: more}}\n"
             "short: [SAT1, SAT2, SAT3]\n"
             "model:\n  scheme: path\n  missing: %s\n  constructs:\n"
             "    - {code: IMG, mode: A, title: {en: I}, items: [IMG1, IMG2, "
             "IMG3]}\n"
             "    - {code: SAT, mode: A, title: {en: S}, items: [SAT1, SAT2, "
             "SAT3]}\n"
             "    - {code: LOY, mode: A, title: {en: L}, items: [LOY1, LOY2]}\n"
             "  paths:\n    - {from: IMG, to: [SAT, LOY]}\n"
             "    - {from: SAT, to: [LOY]}\n  index: SAT\n",
             missing);
    ok(w, survey_parse(code, yaml, strlen(yaml), NULL, NULL, &s, &w->err));
    return s;
}

static inline void world_define(struct world *w, const struct survey *s)
{
    ok(w, store_put(w->write, TABLE_DEFINITIONS,
                    (struct store_key){s->version, HASH_SIZE}, s->source,
                    s->source_len, &w->err));
}

/* `missing` is the policy of the surveys; `file` NULL: in memory. */
static inline void world_open(struct world *w, uint64_t seed, const char *file,
                              const char *missing)
{
    static const char lone[] =
        "survey: lone\ntitle: {en: x}\nitems:\n"
        "  - {code: WHY, kind: choice, text: {en: why}, choices: [{code: 2,"
        " text: {en: a}}, {code: 9, text: {en: b}}]}\n"
        "  - {code: L1, scale: {min: 0, max: 10}, text: {en: rate it}}\n";
    char url[256] = "memory:";

    *w = (struct world){.random = seed, .file = file};
    if (file) {
        unlink(file);
        snprintf(url, sizeof url, "sqlite:%s", file);
    }
    w->survey[MINI_MOB] = world_survey(w, "mini-mob", "MOB", missing, "one");
    w->survey[MINI_FIX] = world_survey(w, "mini-fix", "FIX", missing, "two");
    w->survey[MINI_MOB_TYPO] =
        world_survey(w, "mini-mob", "MOB", missing, "one mended");
    ok(w, survey_parse("lone", lone, sizeof lone - 1, NULL, NULL,
                       &w->survey[LONE], &w->err));
    ok(w, store_open(url, STORE_WRITE, &w->write, &w->err));
    ok(w, store_begin(w->write, &w->err));
    for (size_t i = 0; i < SURVEYS; i++)
        world_define(w, w->survey[i]);
    ok(w, store_commit(w->write, &w->err));
    w->read = w->write;
    if (file)
        ok(w, store_open(url, STORE_READ, &w->read, &w->err));
}

static inline void world_remove(const char *file)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char name[300];

    for (size_t i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", file, ends[i]);
        unlink(name);
    }
}

static inline void world_close(struct world *w)
{
    if (w->file)
        store_close(&w->read);
    store_close(&w->write);
    for (size_t i = 0; i < SURVEYS; i++)
        survey_free(&w->survey[i]);
    if (w->file)
        world_remove(w->file);
}

/* ---- people ---- */

struct person {
    struct response r;
    uint8_t answers[ITEMS_MAX];
};

static inline void set_code(char out[CODE_MAX + 1], const char *text)
{
    memset(out, 0, CODE_MAX + 1);
    snprintf(out, CODE_MAX + 1, "%s", text);
}

/* Answers on 1..points round a common level; each missing with chance
 * `missing` in 100. */
static inline void person_answers(struct world *w, const struct survey *s,
                                  unsigned missing, uint8_t *out)
{
    const double level = noise(w);

    for (size_t i = 0; i < s->items; i++) {
        const struct item *it = &s->item[i];
        const int points = item_points(it);
        const double x = (0.62 + 0.21 * level + 0.17 * noise(w)) * points + 0.5;

        out[i] = 0;
        if (it->kind == ITEM_TEXT || draw(w) % 100 < missing)
            continue;
        if (it->kind == ITEM_CHOICE)
            out[i] = draw(w) % 2 ? 1 : (uint8_t)points;
        else
            out[i] = x < 1 ? 1 : x > points ? (uint8_t)points : (uint8_t)x;
    }
}

static inline void person_make(struct world *w, size_t survey, struct person *p)
{
    static const char *const provinces[] = {"11", "31", "44", "65"};
    static const char *const places[] = {"", "HOTLINE", "APP"};
    const struct survey *s = w->survey[survey];
    const int64_t first = period_start(period_first(OCTOBER));
    struct context *c = &p->r.context;
    uint8_t random[ID_SIZE];

    memset(p, 0, sizeof *p);
    for (size_t i = 0; i < ID_SIZE; i++)
        random[i] = (uint8_t)(draw(w) >> 40);
    p->r.event_at = first + (int64_t)(draw(w) % (61 * UINT64_C(86400000)));
    p->r.answered_at = p->r.received_at = p->r.event_at + 4711;
    response_id(p->r.event_at, random, p->r.id);
    memcpy(p->r.version, s->version, HASH_SIZE);
    set_code(c->operator, draw(w) % 3 ? "CT" : "CM");
    set_code(c->product, s->product[0] ? s->product : "MOB");
    set_code(c->province, provinces[draw(w) % 4]);
    set_code(c->touchpoint, places[draw(w) % 3]);
    set_code(c->stratum, draw(w) % 2 ? "A" : "B");
    c->channel = (uint8_t)(draw(w) % CHANNELS);
    c->frame = draw(w) % 5 ? FRAME_INVITED : FRAME_OPEN;
    c->attributes[0] = 0;
    p->r.rate_ppm = c->stratum[0] == 'A' ? 20000 : 1000;
    if (draw(w) % 4)
        for (size_t i = 0; i < ID_SIZE; i++)
            p->r.respondent[i] = (uint8_t)(draw(w) >> 40);
    p->r.items = s->items;
    p->r.answers = p->answers;
    p->r.comment = "";
    person_answers(w, s, 6, p->answers);
    w->people++;
}

static inline enum verdict submit(struct world *w, const struct person *p,
                                  bool correction)
{
    enum verdict v = VERDICT_OTHER_SURVEY;
    struct response r = p->r;

    r.answers = p->answers;
    ok(w, store_submit(w->write, &r, correction, &v, &w->err));
    return v;
}

static inline void fill_world(struct world *w, size_t survey, size_t people)
{
    ok(w, store_begin(w->write, &w->err));
    for (size_t i = 0; i < people; i++) {
        struct person p;

        person_make(w, survey, &p);
        assert_int_equal(submit(w, &p, false), VERDICT_ACCEPTED);
    }
    ok(w, store_commit(w->write, &w->err));
}

/* ---- asking ---- */

static inline struct query ask_for(const char *survey)
{
    return (struct query){.survey = survey,
                          .from = period_first(OCTOBER),
                          .to = period_last(NOVEMBER)};
}

static inline bool same_double(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static inline void assert_same_scores(const struct scores *a,
                                      const struct scores *b, size_t by)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        const struct score *x = &a->list[i], *y = &b->list[i];

        assert_string_equal(x->survey, y->survey);
        assert_memory_equal(x->form, y->form, HASH_SIZE);
        for (size_t k = 0; k < by; k++)
            assert_string_equal(x->cell[k], y->cell[k]);
        assert_string_equal(x->construct, y->construct);
        assert_int_equal(x->n, y->n);
        assert_int_equal(x->flags, y->flags);
        assert_string_equal(x->method, y->method);
        assert_string_equal(x->status, y->status);
        assert_true(same_double(x->index, y->index));
        assert_true(same_double(x->n_eff, y->n_eff));
        assert_true(same_double(x->interval.se, y->interval.se));
        assert_true(same_double(x->interval.low, y->interval.low));
        assert_true(same_double(x->interval.high, y->interval.high));
    }
}

static inline void near(double got, double want)
{
    if (!(fabs(got - want) <= 1e-9 * (1 + fabs(want))))
        fail_msg("got %.17g, want %.17g", got, want);
}

/* ---- surveys of one item, whose numbers are known beforehand ---- */

static inline struct survey *define_lone(struct world *w, const char *code,
                                         const char *family,
                                         const char *product)
{
    char yaml[512];
    struct survey *s = NULL;

    snprintf(yaml, sizeof yaml,
             "survey: %s\nfamily: %s\nproduct: %s\ntitle: {en: x}\nitems:\n"
             "  - {code: SAT, scale: {min: 1, max: 11}, text: {en: rate it}}\n",
             code, family, product);
    ok(w, survey_parse(code, yaml, strlen(yaml), NULL, NULL, &s, &w->err));
    ok(w, store_begin(w->write, &w->err));
    world_define(w, s);
    ok(w, store_commit(w->write, &w->err));
    return s;
}

struct one {
    const struct survey *survey;
    size_t people;
    uint8_t answer; /* stored; every tenth point is 10 of the index */
    const char *province;
    uint8_t frame;
    int32_t day; /* 0: the second of October */
};

static inline void answer_alike(struct world *w, struct one o)
{
    ok(w, store_begin(w->write, &w->err));
    for (size_t i = 0; i < o.people; i++) {
        struct person p;

        person_make(w, LONE, &p);
        memcpy(p.r.version, o.survey->version, HASH_SIZE);
        p.r.items = 1;
        p.answers[0] = o.answer;
        p.r.context.frame = o.frame;
        p.r.event_at =
            period_start(o.day ? o.day : period_first(OCTOBER) + 1) + 1000;
        set_code(p.r.context.product, o.survey->product);
        set_code(p.r.context.province, o.province ? o.province : "11");
        (void)submit(w, &p, false);
    }
    ok(w, store_commit(w->write, &w->err));
}

static inline const struct score *find(const struct scores *s,
                                       const char *survey, const char *cell,
                                       const char *construct)
{
    for (size_t i = 0; i < s->count; i++)
        if (streq(s->list[i].survey, survey) &&
            (!cell || streq(s->list[i].cell[0], cell)) &&
            streq(s->list[i].construct, construct))
            return &s->list[i];
    fail_msg("no record of %s %s %s", survey, cell ? cell : "", construct);
    return NULL;
}

#endif
