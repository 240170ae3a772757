/* modes.c - the kind `modes`: what the channel of an answer does to it.
 *
 * People who answer by SMS are others than those who answer an agent, and the
 * same person may tell an agent more than a web page.  Cells of the mix
 * (product x province x class ...) hold the first still: within each, indices
 * by channel are regressed on the channel (within.h), so that only people of
 * one cell are compared with one another.  What is left is the effect of the
 * mode, as far as customers of one cell do not choose their channel by how
 * content they are (de Leeuw 2005, J. Official Statistics 21, 233-255;
 * Vannieuwenhuyze, Loosveldt & Molenberghs 2010, Public Opinion Quarterly 74,
 * 1027-1045); a draw that assigns channels makes sure of it.
 *
 *     index_adjusted = index - sum_m share_m effect_m
 *
 * is the index as if all had answered by the reference; marked modelled.
 */
#include <math.h>
#include <stdlib.h>

#include "modelled.h"
#include "scorer/multiple.h"

static const char *const channels[] = {"sms", "web", "agent", NULL};

static const struct kind_option options[] = {
    {.name = "reference",
     .kind = OPTION_CHOICE,
     .argument = "CHANNEL",
     .help = "the channel that the others are held against (default: web)",
     .choices = channels},
    {.name = "for",
     .kind = OPTION_TEXT,
     .argument = "DIMENSIONS",
     .help = "cells of the mix (default: product,province)"},
    {.name = "adjust",
     .kind = OPTION_FLAG,
     .help = "tell the index as if all had answered by the reference"}};

static const struct column before[] = {
    {.name = "construct", .type = VALUE_TEXT, .place = 101},
    {.name = "index", .type = VALUE_NUMBER, .place = 102, .digits = 2},
    {.name = "se", .type = VALUE_NUMBER},
    {.name = "low", .type = VALUE_NUMBER},
    {.name = "high", .type = VALUE_NUMBER}};
static const struct column adjustment[] = {
    {.name = "index_adjusted", .type = VALUE_NUMBER, .place = 103, .digits = 2},
    {.name = "adjusted_se", .type = VALUE_NUMBER},
    {.name = "adjusted_low", .type = VALUE_NUMBER, .place = 104, .digits = 2},
    {.name = "adjusted_high", .type = VALUE_NUMBER, .place = 105, .digits = 2}};
static const struct column behind[] = {
    {.name = "channel",
     .type = VALUE_CODE,
     .place = 106,
     .dimension = DIM_CHANNEL},
    {.name = "share", .type = VALUE_NUMBER, .place = 107, .digits = 3},
    {.name = "channel_index", .type = VALUE_NUMBER, .place = 108, .digits = 2},
    {.name = "effect", .type = VALUE_NUMBER, .place = 109, .digits = 2},
    {.name = "effect_se", .type = VALUE_NUMBER},
    {.name = "effect_low", .type = VALUE_NUMBER, .place = 110, .digits = 2},
    {.name = "effect_high", .type = VALUE_NUMBER, .place = 111, .digits = 2},
    {.name = "p", .type = VALUE_NUMBER},
    {.name = "p_adjusted", .type = VALUE_NUMBER, .place = 112, .digits = 4},
    {.name = "method", .type = VALUE_TEXT, .place = 113},
    {.name = "n", .type = VALUE_COUNT, .place = 114},
    {.name = "weighting", .type = VALUE_TEXT},
    {.name = "flags", .type = VALUE_WORDS, .place = 115}};

/* A channel of a construct of a cell. */
struct row {
    const struct cell_estimate *whole, *channel;
    double share;
    bool estimated;
    struct finding index, adjusted, effect;
    double p_adjusted;
};

struct asked {
    const struct query *query;
    const char *reference;
    bool adjust;
    struct dimensions none, channel, mix; /* mix: cells, then the channel */
    struct asked_sets whole, by_channel, fine;
    struct faults faults;
    size_t rows;
    struct row *row;
};

static enum status read_asked(struct asked *a, struct err *err)
{
    const struct query *q = a->query;
    static const enum dimension usual[] = {DIM_PRODUCT, DIM_PROVINCE};
    const char *mix = query_text(q, "for", NULL);
    enum status st = ST_OK;

    a->reference = query_text(q, "reference", "web");
    a->adjust = query_flag(q, "adjust");
    a->channel = (struct dimensions){1, {DIM_CHANNEL}};
    if (dimensions_have(q->by, q->by_count, DIM_CHANNEL))
        return err_set(err, ST_INVALID,
                       "--by channel: channels are what is told of");
    if (mix)
        st = dimensions_read("for", mix, q, &a->mix, err);
    for (size_t i = 0; !mix && i < sizeof usual / sizeof *usual; i++)
        if (!dimensions_have(q->by, q->by_count, usual[i]))
            a->mix.list[a->mix.count++] = usual[i];
    if (st == ST_OK && dimensions_have(a->mix.list, a->mix.count, DIM_CHANNEL))
        st = err_set(err, ST_INVALID,
                     "--for channel: channels are what is told of");
    if (st == ST_OK)
        a->mix.list[a->mix.count++] = DIM_CHANNEL;
    return st;
}

/* ---- one set ---- */

/* Effects of the channels of a set, and the index without them. */
struct effects {
    struct measure adjusted;
    struct measure of[CHANNELS + 1];
};

static double effect_in(const struct design *d, const char *channel,
                        const char *reference)
{
    const size_t c = design_code(d, 0, channel);

    if (c == SIZE_MAX)
        return streq(channel, reference) ? 0 : NAN;
    return d->within.effect[c];
}

static void estimate(struct design *d, const struct asked *a,
                     const struct cell_estimate *whole,
                     const struct set *channel, struct effects *out)
{
    measure_of(whole, &out->adjusted);
    for (size_t i = 0; i < channel->count; i++)
        measure_begin(whole, NULL, &out->of[i]);
    for (size_t s = 0; s < SAMPLES; s++) {
        const bool solved = design_solve(d, s);

        for (size_t i = 0; i < channel->count; i++) {
            const struct cell_estimate *e = channel->member[i];
            const double effect =
                solved ? effect_in(d, e->cell[d->by], a->reference) : NAN;

            out->of[i].at[s] = effect;
            if (weight_in(e, s) > 0)
                out->adjusted.at[s] -=
                    effect * weight_in(e, s) / weight_in(whole, s);
        }
    }
}

static bool enough(const struct set *channel, const struct asked *a, size_t i)
{
    for (size_t k = 0; k < channel->count; k++)
        if (streq(channel->member[k]->cell[a->query->by_count], a->reference))
            return channel->member[k]->n >= N_SHOWN &&
                   channel->member[i]->n >= N_SHOWN;
    return false;
}

static void add_rows(struct asked *a, const struct cell_estimate *whole,
                     const struct set *channel, const struct effects *effects)
{
    struct measure m;

    measure_of(whole, &m);
    for (size_t i = 0; i < channel->count; i++) {
        struct row *r = &a->row[a->rows];

        if (channel->member[i]->n == 0)
            continue;
        *r = (struct row){.whole = whole,
                          .channel = channel->member[i],
                          .share = channel->member[i]->weight / whole->weight,
                          .estimated = effects != NULL,
                          .index = finding_none,
                          .adjusted = finding_none,
                          .effect = finding_none,
                          .p_adjusted = NAN};
        a->rows++;
        if (whole->n >= N_SHOWN) {
            r->index = measure_find(&m, 0);
            if (effects)
                r->adjusted = measure_find(&effects->adjusted, 0);
        }
        if (effects && enough(channel, a, i))
            r->effect = measure_find(&effects->of[i], 0);
    }
}

static enum status take_set(struct asked *a, const struct set *whole)
{
    const size_t by = a->query->by_count;
    const struct cell_estimate *e = whole->member[0];
    const struct set *channel = sets_find(&a->by_channel.sets, by, e);
    const struct set *fine = sets_find(&a->fine.sets, by, e);
    struct design d = {.by = by,
                       .absorbed = a->mix.count - 1,
                       .factors = 1,
                       .factor = a->channel.list,
                       .reference = a->reference};
    struct effects effects;
    struct err cause = {""};
    enum status st;

    if (e->n == 0)
        return ST_OK;
    if (!has_index(whole)) {
        add_rows(a, e, channel, NULL);
        return ST_OK;
    }
    st = design_make(&d, fine, &cause);
    if (st == ST_OK)
        estimate(&d, a, e, channel, &effects);
    design_free(&d);
    if (st == ST_OK || st == ST_NUMERIC)
        add_rows(a, e, channel, st == ST_OK ? &effects : NULL);
    return faults_take(&a->faults, st, &cause);
}

/* ---- telling ---- */

static void tell_columns(const struct asked *a, struct result *out)
{
    tell_cell_columns(a->query, DIMENSIONS, out);
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        result_column(out, &before[i]);
    for (size_t i = 0; a->adjust && i < sizeof adjustment / sizeof *adjustment;
         i++)
        result_column(out, &adjustment[i]);
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
        result_column(out, &behind[i]);
}

static bool lacks_interval(const struct finding *f)
{
    return !isnan(f->value) && isnan(f->interval.se);
}

static void tell_row(const struct asked *a, const struct row *r,
                     struct result *out)
{
    const size_t by = a->query->by_count;
    const bool shown = r->channel->n >= N_SHOWN;
    char words[WORDS_MAX];

    flags_print(estimate_flags(r->channel), words);
    if (!r->estimated)
        words_add(words, "not_estimated");
    else if (shown && isnan(r->effect.value))
        words_add(words, "reference_suppressed");
    if (lacks_interval(&r->index) || lacks_interval(&r->effect) ||
        (a->adjust && lacks_interval(&r->adjusted)))
        words_add(words, "no_interval");
    tell_cell(r->whole, by, out);
    tell_interval(&r->index, true, out);
    if (a->adjust)
        tell_interval(&r->adjusted, true, out);
    result_text(out, r->channel->cell[by]);
    result_number(out, r->share);
    result_number(out, shown ? r->channel->index : NAN);
    tell_interval(&r->effect, true, out);
    result_number(out, r->effect.p);
    result_number(out, r->p_adjusted);
    result_text(out, r->estimated ? "modelled" : "");
    result_count(out, r->channel->n);
    result_text(out, a->whole.estimates.weighting);
    result_text(out, words);
}

static enum status adjust_p(struct asked *a)
{
    double *p = malloc((a->rows + 1) * sizeof *p);
    enum status st;

    if (!p)
        return ST_NOMEM;
    for (size_t i = 0; i < a->rows; i++)
        p[i] = a->row[i].effect.p;
    st = false_discovery(p, a->rows, p);
    for (size_t i = 0; i < a->rows && st == ST_OK; i++)
        a->row[i].p_adjusted = p[i];
    free(p);
    return st;
}

static enum status tell(struct asked *a, struct result *out, struct err *err)
{
    const struct sets *whole = &a->whole.sets;
    enum status st = ST_OK;

    a->row = malloc((a->by_channel.estimates.count + 1) * sizeof *a->row);
    if (!a->row)
        return ST_NOMEM;
    for (size_t i = 0; i < whole->count && st == ST_OK; i++)
        st = take_set(a, &whole->list[i]);
    if (st == ST_OK)
        st = adjust_p(a);
    if (st != ST_OK)
        return st;
    tell_columns(a, out);
    for (size_t i = 0; i < a->rows; i++)
        tell_row(a, &a->row[i], out);
    result_note(out,
                "effect: against %s, within cells of the mix; modelled, "
                "for customers of one cell choose no channel by how "
                "content they are",
                a->reference);
    return faults_end(&a->faults, out, err);
}

static enum status answer(struct engine *e, const struct query *q,
                          struct result *out, struct err *err)
{
    struct asked a = {.query = q};
    enum status st = read_asked(&a, err);

    if (st == ST_OK)
        st = asked_sets_make(e, q, &a.none, &a.whole, &out->met, err);
    if (st == ST_OK)
        st = asked_sets_make(e, q, &a.channel, &a.by_channel, NULL, err);
    if (st == ST_OK)
        st = asked_sets_make(e, q, &a.mix, &a.fine, NULL, err);
    if (st == ST_OK)
        st = tell(&a, out, err);
    asked_sets_free(&a.whole);
    asked_sets_free(&a.by_channel);
    asked_sets_free(&a.fine);
    free(a.row);
    return st;
}

const struct query_kind kind_modes = {
    .name = "modes",
    .summary = "What the channel of an answer does to it, the mix of customers "
               "held still.",
    .option = options,
    .options = sizeof options / sizeof *options,
    .answer = answer,
    .analysts = true};
