/* scores.c - score records as a result. */
#include "base/bytes.h"
#include "engine_handle.h"
#include "scorer/kind.h"

static const struct {
    uint32_t flag;
    const char *name;
} flag_names[] = {
    {SCORE_SUPPRESSED, "suppressed"},    {SCORE_INDICATIVE, "indicative"},
    {SCORE_NO_WEIGHTS, "no_weights"},    {SCORE_THIN_FIT, "thin_fit"},
    {SCORE_NEGATIVE, "negative_weight"}, {SCORE_NO_INTERVAL, "no_interval"},
    {SCORE_INCOMPLETE, "incomplete"}};
enum { FLAG_NAMES = sizeof flag_names / sizeof *flag_names };

size_t score_flag_names(uint32_t flags, const char *names[32])
{
    size_t n = 0;

    for (size_t i = 0; i < FLAG_NAMES; i++)
        if (flags & flag_names[i].flag)
            names[n++] = flag_names[i].name;
    return n;
}

enum { WORDS = 256 };

/* In the order of CSV and JSON; people see the index with its interval. */
static const struct column rest[] = {
    {.name = "construct", .type = VALUE_TEXT, .place = 101},
    {.name = "index", .type = VALUE_NUMBER, .place = 102, .digits = 2},
    {.name = "n", .type = VALUE_COUNT, .place = 106},
    {.name = "n_eff", .type = VALUE_NUMBER},
    {.name = "se", .type = VALUE_NUMBER, .place = 105, .digits = 2},
    {.name = "low", .type = VALUE_NUMBER, .place = 103, .digits = 2},
    {.name = "high", .type = VALUE_NUMBER, .place = 104, .digits = 2},
    {.name = "method", .type = VALUE_TEXT, .place = 107},
    {.name = "status", .type = VALUE_TEXT, .place = 108},
    {.name = "weighting", .type = VALUE_TEXT},
    {.name = "flags", .type = VALUE_WORDS, .place = 109}};

/* Of a family, how its surveys were rolled up. */
static const struct column rolled = {.name = "rollup", .type = VALUE_TEXT};

static bool is_rolled(const struct scores *s)
{
    return s->count && s->list[0].rollup && *s->list[0].rollup;
}

static void put(const struct score *s, size_t by, struct result *out)
{
    char form[2 * HASH_SIZE + 1], words[WORDS] = "";
    const char *names[32];
    const size_t flags = score_flag_names(s->flags, names);

    bytes_hex(s->form, HASH_SIZE, form);
    for (size_t i = 0; i < flags; i++)
        snprintf(words + strlen(words), sizeof words - strlen(words), "%s%s",
                 i ? " " : "", names[i]);
    result_text(out, s->survey);
    result_text(out, form);
    for (size_t i = 0; i < by; i++)
        result_text(out, s->cell[i]);
    result_text(out, s->construct);
    result_number(out, s->index);
    result_count(out, s->n);
    result_number(out, s->n_eff);
    result_number(out, s->interval.se);
    result_number(out, s->interval.low);
    result_number(out, s->interval.high);
    result_text(out, s->method);
    result_text(out, s->status);
    result_text(out, s->weighting);
    result_text(out, words);
}

enum status scores_result(const struct scores *s, const struct query *q,
                          struct result *out)
{
    result_column(out, &(struct column){
                           .name = "survey", .type = VALUE_TEXT, .place = 1});
    result_column(out, &(struct column){.name = "form", .type = VALUE_TEXT});
    result_cell(out, q->by, q->by_count, 2);
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        result_column(out, &rest[i]);
    if (is_rolled(s))
        result_column(out, &rolled);
    for (size_t i = 0; i < s->count; i++) {
        put(&s->list[i], q->by_count, out);
        if (is_rolled(s))
            result_text(out, s->list[i].rollup);
    }
    memcpy(out->query, s->query, sizeof out->query);
    out->watermark = s->watermark;
    out->day = q->to;
    return result_end(out);
}

static enum status answer(struct engine *e, const struct query *q,
                          struct result *out, struct err *err)
{
    struct estimates l = {0};
    struct scores s = {0};
    enum status st = engine_estimates(e, q, &l, &s.met, err);

    if (st == ST_OK)
        st = records_make(&l, q, &s);
    if (st == ST_OK)
        st = scores_result(&s, q, out);
    if (st == ST_OK) {
        out->met = s.met;
        s.met = NULL;
    }
    estimates_free(&l);
    scores_free(&s);
    return st;
}

const struct query_kind kind_score = {
    .name = "score",
    .summary = "Print the indices of the answers in a store.",
    .answer = answer};
