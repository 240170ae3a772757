/* ranks.c - the kind `ranks`: a league table with its doubts. */
#include <math.h>
#include <stdlib.h>

#include "ranking.h"
#include "scorer/kind.h"
#include "sets.h"
#include "tell.h"
#include "words.h"

static const struct kind_option options[] = {
    {.name = "over",
     .kind = OPTION_TEXT,
     .argument = "DIMENSION",
     .help = "whose codes are ranked, in each cell of --by"}};

static const struct column rest[] = {
    {.name = "construct", .type = VALUE_TEXT, .place = 101},
    {.name = "rank", .type = VALUE_COUNT, .place = 102},
    {.name = "rank_low", .type = VALUE_COUNT, .place = 103},
    {.name = "rank_high", .type = VALUE_COUNT, .place = 104},
    {.name = "ranked", .type = VALUE_COUNT},
    {.name = "band", .type = VALUE_WORDS, .place = 105},
    {.name = "index", .type = VALUE_NUMBER, .place = 106, .digits = 2},
    {.name = "se", .type = VALUE_NUMBER},
    {.name = "low", .type = VALUE_NUMBER, .place = 107, .digits = 2},
    {.name = "high", .type = VALUE_NUMBER, .place = 108, .digits = 2},
    {.name = "p_above_next", .type = VALUE_NUMBER, .place = 109, .digits = 3},
    {.name = "n", .type = VALUE_COUNT, .place = 110},
    {.name = "weighting", .type = VALUE_TEXT},
    {.name = "rollup", .type = VALUE_TEXT},
    {.name = "flags", .type = VALUE_WORDS, .place = 111}};

/* Those of a set that can be ranked. */
struct league {
    const struct estimates *all;
    size_t count;
    const struct cell_estimate **member;
    struct measure *measure;
    struct ranking *ranking;
};

static void league_free(struct league *l)
{
    free(l->member);
    free(l->measure);
    free(l->ranking);
}

static bool can_rank(const struct cell_estimate *e)
{
    return e->n >= N_SHOWN && !isnan(e->index);
}

static enum status league_make(const struct estimates *all,
                               const struct set *set, struct league *out,
                               struct err *err)
{
    struct league l = {.all = all};
    enum status st = ST_NOMEM;

    for (size_t i = 0; i < set->count; i++)
        l.count += can_rank(set->member[i]);
    if (l.count > RANKINGS_MAX)
        return err_set(err, ST_RANGE,
                       "--over: over %d codes: narrow it with --where",
                       RANKINGS_MAX);
    l.member = malloc((l.count + 1) * sizeof *l.member);
    l.measure = malloc((l.count + 1) * sizeof *l.measure);
    l.ranking = malloc((l.count + 1) * sizeof *l.ranking);
    if (l.member && l.measure && l.ranking) {
        l.count = 0;
        for (size_t i = 0; i < set->count; i++)
            if (can_rank(set->member[i])) {
                measure_of(set->member[i], &l.measure[l.count]);
                l.member[l.count++] = set->member[i];
            }
        st = rankings_make(l.measure, l.count, l.ranking);
    }
    *out = l;
    return st;
}

static void tell_flags(const struct league *l, const struct cell_estimate *e,
                       bool no_interval, struct result *out)
{
    char words[WORDS_MAX];

    flags_print(estimate_flags(e) |
                    (no_interval ? (uint32_t)SCORE_NO_INTERVAL : 0),
                words);
    result_count(out, e->n);
    result_text(out, l->all->weighting);
    result_text(out, l->all->rollup);
    result_text(out, words);
}

static void tell_ranked(const struct league *l, size_t i, size_t codes,
                        struct result *out)
{
    const struct ranking *s = &l->ranking[i];
    const struct cell_estimate *e = l->member[s->at];
    const struct finding f = measure_find(&l->measure[s->at], 0);
    char bands[WORDS_MAX] = "", band[24];

    for (size_t b = s->band; b <= s->last_band; b++) {
        snprintf(band, sizeof band, "%zu", b);
        words_add(bands, band);
    }
    tell_cell(e, codes, out);
    result_count(out, (int64_t)s->rank);
    result_count(out, (int64_t)s->low);
    result_count(out, (int64_t)s->high);
    result_count(out, (int64_t)l->count);
    result_text(out, bands);
    tell_interval(&f, true, out);
    result_number(out, s->above_next);
    tell_flags(l, e, isnan(f.interval.se), out);
}

static void tell_unranked(const struct league *l, const struct cell_estimate *e,
                          size_t codes, struct result *out)
{
    tell_cell(e, codes, out);
    for (size_t i = 0; i < 3; i++)
        result_count(out, COUNT_NONE);
    result_count(out, (int64_t)l->count);
    result_text(out, "");
    tell_interval(&finding_none, true, out);
    result_number(out, NAN);
    tell_flags(l, e, false, out);
}

static enum status tell_set(const struct estimates *all, const struct set *set,
                            size_t codes, struct result *out, struct err *err)
{
    struct league l = {0};
    enum status st = league_make(all, set, &l, err);

    for (size_t i = 0; i < l.count && st == ST_OK; i++)
        tell_ranked(&l, i, codes, out);
    for (size_t i = 0; i < set->count && st == ST_OK; i++)
        if (!can_rank(set->member[i]))
            tell_unranked(&l, set->member[i], codes, out);
    league_free(&l);
    return st;
}

static enum status answer(struct engine *e, const struct query *q,
                          struct result *out, struct err *err)
{
    const char *over = query_text(q, "over", NULL);
    enum dimension by[DIMENSIONS];
    struct query copy = *q;
    struct dimensions d;
    struct estimates l = {0};
    struct sets sets = {0};
    enum status st;

    if (!over)
        return err_set(err, ST_INVALID, "--over says what to rank");
    st = dimensions_read("over", over, q, &d, err);
    if (st == ST_OK && d.count > 1)
        st = err_set(err, ST_INVALID, "--over: one dimension");
    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < q->by_count; i++)
        by[i] = q->by[i];
    by[q->by_count] = d.list[0];
    copy.by = by;
    copy.by_count = q->by_count + 1;
    st = engine_estimates(e, &copy, &l, &out->met, err);
    if (st == ST_OK)
        st = sets_make(&l, q->by_count, &sets);
    tell_cell_columns(q, d.list[0], out);
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        result_column(out, &rest[i]);
    for (size_t i = 0; i < sets.count && st == ST_OK; i++)
        st = tell_set(&l, &sets.list[i], copy.by_count, out, err);
    result_note(
        out,
        "in each list all true ranks lie from rank_low to rank_high at once, "
        "95 times of 100 at least");
    result_note(out, "codes that share a band are not found different");
    sets_free(&sets);
    estimates_free(&l);
    return st;
}

const struct query_kind kind_ranks = {
    .name = "ranks",
    .summary = "Rank provinces, or any dimension, with the interval of each "
               "rank.",
    .option = options,
    .options = sizeof options / sizeof *options,
    .answer = answer,
    .analysts = true};
