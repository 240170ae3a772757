/* adjusted.c - the kind `adjusted`: provinces as if all had the nation's
 * customers.
 *
 * Within each code of --over the index is regressed on the declared attributes
 * (within.h), so that what provinces are themselves stays out of the effects.
 * Then each is given everybody's mix in place of its own:
 *
 *     adjusted_o = index_o + sum_c (share_c - share_oc) beta_c
 *
 * which is the model's direct standardisation (Fleiss, Levin & Paik 2003, ch.
 * 19; Kitagawa 1964), as the residuals of each code of --over add up to 0.  It
 * stands and falls with effects that are the same everywhere, so it is marked
 * modelled and the raw index stands beside it.
 */
#include <math.h>
#include <stdlib.h>

#include "modelled.h"

static const struct kind_option options[] = {
    {.name = "over",
     .kind = OPTION_TEXT,
     .argument = "DIMENSION",
     .help = "whose codes are adjusted, in each cell of --by"},
    {.name = "for",
     .kind = OPTION_TEXT,
     .argument = "DIMENSIONS",
     .help = "the attributes to adjust for, with commas between"}};

static const struct column rest[] = {
    {.name = "construct", .type = VALUE_TEXT, .place = 101},
    {.name = "index", .type = VALUE_NUMBER, .place = 102, .digits = 2},
    {.name = "se", .type = VALUE_NUMBER},
    {.name = "low", .type = VALUE_NUMBER, .place = 103, .digits = 2},
    {.name = "high", .type = VALUE_NUMBER, .place = 104, .digits = 2},
    {.name = "index_adjusted", .type = VALUE_NUMBER, .place = 105, .digits = 2},
    {.name = "adjusted_se", .type = VALUE_NUMBER},
    {.name = "adjusted_low", .type = VALUE_NUMBER, .place = 106, .digits = 2},
    {.name = "adjusted_high", .type = VALUE_NUMBER, .place = 107, .digits = 2},
    {.name = "method", .type = VALUE_TEXT, .place = 108},
    {.name = "n", .type = VALUE_COUNT, .place = 109},
    {.name = "weighting", .type = VALUE_TEXT},
    {.name = "flags", .type = VALUE_WORDS, .place = 110}};

struct asked {
    const struct query *query;
    struct dimensions over, both; /* both: over, and what to adjust for */
    struct asked_sets raw, fine;
    struct faults faults;
};

static enum status read_asked(struct asked *a, struct err *err)
{
    const char *over = query_text(a->query, "over", NULL);
    const char *attributes = query_text(a->query, "for", NULL);
    struct dimensions d;
    enum status st;

    if (!over || !attributes)
        return err_set(err, ST_INVALID,
                       "--over says what to adjust, --for what for");
    st = dimensions_read("over", over, a->query, &a->over, err);
    if (st == ST_OK && a->over.count > 1)
        st = err_set(err, ST_INVALID, "--over: one dimension");
    if (st == ST_OK)
        st = dimensions_read("for", attributes, a->query, &d, err);
    if (st == ST_OK && dimensions_have(d.list, d.count, a->over.list[0]))
        st = err_set(err, ST_INVALID, "--for: %s is what is adjusted",
                     dimension_name(a->over.list[0]));
    if (st != ST_OK)
        return st;
    a->both = a->over;
    for (size_t i = 0; i < d.count; i++)
        a->both.list[a->both.count++] = d.list[i];
    return ST_OK;
}

/* The regression's cell with that code of --over; SIZE_MAX: none. */
static size_t cell_of(const struct design *d, const char *code)
{
    for (size_t k = 0; k < d->within.cells; k++)
        if (streq(d->cell[k]->cell[d->by], code))
            return k;
    return SIZE_MAX;
}

/* What everybody's mix adds to the index of a cell; NaN: nobody is left. */
static double shift(const struct within *w, size_t k)
{
    double sum = 0;

    for (size_t c = 0; c < w->codes; c++)
        sum += w->effect[c] * (w->code_weight[c] / w->weight -
                               w->joint[k * w->codes + c] / w->cell_weight[k]);
    return sum;
}

static void adjust(struct design *d, const struct set *raw,
                   struct measure *adjusted)
{
    for (size_t i = 0; i < raw->count; i++)
        measure_of(raw->member[i], &adjusted[i]);
    for (size_t sample = 0; sample < SAMPLES; sample++) {
        const bool solved = design_solve(d, sample);

        for (size_t i = 0; i < raw->count; i++) {
            const size_t k = cell_of(d, raw->member[i]->cell[d->by]);

            adjusted[i].at[sample] +=
                solved && k != SIZE_MAX ? shift(&d->within, k) : NAN;
        }
    }
}

static void tell_member(const struct asked *a, const struct cell_estimate *e,
                        const struct measure *adjusted, struct result *out)
{
    const bool shown = e->n >= N_SHOWN;
    struct finding raw = finding_none, model = finding_none;
    struct measure m;
    char words[WORDS_MAX];

    measure_of(e, &m);
    if (shown) {
        raw = measure_find(&m, 0);
        if (adjusted)
            model = measure_find(adjusted, 0);
    }
    flags_print(estimate_flags(e), words);
    if (!adjusted)
        words_add(words, "not_estimated");
    if ((!isnan(raw.value) && isnan(raw.interval.se)) ||
        (!isnan(model.value) && isnan(model.interval.se)))
        words_add(words, "no_interval");
    tell_cell(e, a->query->by_count + 1, out);
    tell_interval(&raw, true, out);
    tell_interval(&model, true, out);
    result_text(out, isnan(model.value) ? "" : "modelled");
    result_count(out, e->n);
    result_text(out, a->raw.estimates.weighting);
    result_text(out, words);
}

static enum status tell_set(struct asked *a, const struct set *raw,
                            struct measure *adjusted, struct result *out)
{
    const size_t by = a->query->by_count;
    const struct set *fine = sets_find(&a->fine.sets, by, raw->member[0]);
    struct design d = {.by = by,
                       .absorbed = 1,
                       .factors = a->both.count - 1,
                       .factor = a->both.list + 1};
    struct err cause = {""};
    bool estimated = false;
    enum status st = ST_OK;

    if (has_index(raw)) {
        st = design_make(&d, fine, &cause);
        estimated = st == ST_OK;
        if (estimated)
            adjust(&d, raw, adjusted);
        st = faults_take(&a->faults, st, &cause);
    }
    design_free(&d);
    for (size_t i = 0; i < raw->count && st == ST_OK; i++)
        tell_member(a, raw->member[i], estimated ? &adjusted[i] : NULL, out);
    return st;
}

static enum status tell(struct asked *a, struct result *out, struct err *err)
{
    const struct sets *raw = &a->raw.sets;
    struct measure *adjusted =
        malloc((a->raw.estimates.count + 1) * sizeof *adjusted);
    enum status st = adjusted ? ST_OK : ST_NOMEM;

    tell_cell_columns(a->query, a->over.list[0], out);
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        result_column(out, &rest[i]);
    for (size_t i = 0; i < raw->count && st == ST_OK; i++)
        st = tell_set(a, &raw->list[i], adjusted, out);
    free(adjusted);
    if (st == ST_RANGE)
        return err_set(err, st, "--for: over %d codes", WITHIN_CODES_MAX);
    if (st == ST_OK)
        st = faults_end(&a->faults, out, err);
    result_note(out, "index_adjusted is modelled: as if each had the mix of "
                     "all, the effect of an attribute being the same "
                     "everywhere");
    return st;
}

static enum status answer(struct engine *e, const struct query *q,
                          struct result *out, struct err *err)
{
    struct asked a = {.query = q};
    enum status st = read_asked(&a, err);

    if (st == ST_OK)
        st = asked_sets_make(e, q, &a.over, &a.raw, &out->met, err);
    if (st == ST_OK)
        st = asked_sets_make(e, q, &a.both, &a.fine, NULL, err);
    if (st == ST_OK)
        st = tell(&a, out, err);
    asked_sets_free(&a.raw);
    asked_sets_free(&a.fine);
    return st;
}

const struct query_kind kind_adjusted = {
    .name = "adjusted",
    .summary = "Provinces, or any dimension, as if all had the same customers: "
               "adjusted for declared attributes, beside the raw index.",
    .option = options,
    .options = sizeof options / sizeof *options,
    .answer = answer,
    .analysts = true};
