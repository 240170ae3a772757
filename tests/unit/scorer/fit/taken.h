/* taken.h - data of a fit that are made up in memory: answers to the small
 * model, weights, and words. */
#ifndef TESTS_SCORER_FIT_TAKEN_H
#define TESTS_SCORER_FIT_TAKEN_H

#include "scorer/small.h"

#include "fit_take.h"
#include "scorer/random.h"

/* Row r belongs to stratum r mod `strata` and to a cluster of `size` rows
 * within it; 0: to none. */
struct taken {
    size_t rows, strata, size;
    bool keep;
    size_t holes; /* one answer of so many is missing; 0: none */
    struct small small;
    struct fit_plan plan;
};

static inline void taken_plan(struct taken *t, bool weighted,
                              enum missing_policy missing)
{
    small_make(&t->small, SCHEME_PATH, MODE_A);
    t->plan = (struct fit_plan){
        .model = t->small.model, .missing = missing, .weighted = weighted};
}

static inline void taken_row(const struct taken *t, size_t r, uint8_t *row)
{
    const uint64_t stream = random_at(4711, r);
    const size_t common = random_below(random_at(stream, 0), 6);

    for (size_t i = 0; i < ITEMS; i++) {
        const size_t own = random_below(random_at(stream, 1 + i), 5);
        const bool hole =
            t->holes && random_below(random_at(stream, 20 + i), t->holes) == 0;

        row[i] = hole ? 0 : (uint8_t)(1 + common + own);
    }
}

static inline double taken_weight(const struct taken *t, size_t r)
{
    return t->plan.weighted
               ? 0.5 + (double)random_below(random_at(99, r), 400) / 100
               : 1;
}

/* Into *d, which is all zero but for its plan. */
static inline enum status taken_make(const struct taken *t, struct fit_data *d)
{
    const unsigned labels =
        (t->strata ? 1u << FIT_STRATUM : 0) | (t->size ? 1u << FIT_CLUSTER : 0);
    struct fit_taker *taker = NULL;
    enum status st;

    *d = (struct fit_data){.plan = &t->plan};
    st = fit_taker_new(d, t->keep || labels, labels, &taker);
    for (size_t r = 0; r < t->rows && st == ST_OK; r++) {
        char h[24], c[24];
        struct fit_word label[FIT_LABELS] = {{NULL, 0}};
        uint8_t row[ITEMS];
        const struct fit_record record = {row, taken_weight(t, r), label,
                                          GROUPS};

        (void)snprintf(h, sizeof h, "h%zu", t->strata ? r % t->strata : 0);
        (void)snprintf(c, sizeof c, "c%zu",
                       t->size ? r / (t->strata ? t->strata : 1) / t->size : 0);
        label[FIT_STRATUM] = (struct fit_word){h, strlen(h)};
        label[FIT_CLUSTER] = (struct fit_word){c, strlen(c)};
        taken_row(t, r, row);
        st = fit_take(taker, &record, NULL);
    }
    if (st == ST_OK)
        st = fit_taker_finish(taker);
    fit_taker_free(&taker);
    if (st != ST_OK)
        fit_data_free(d);
    return st;
}

#endif
