/* compare_tell.c - rows of differences as a result. */
#include "base/bytes.h"
#include "compare.h"
#include "scorer/multiple.h"

static const struct column rest[] = {
    {.name = "index_first", .type = VALUE_NUMBER, .place = 104, .digits = 2},
    {.name = "index_second", .type = VALUE_NUMBER, .place = 105, .digits = 2},
    {.name = "difference", .type = VALUE_NUMBER, .place = 106, .digits = 2},
    {.name = "se", .type = VALUE_NUMBER},
    {.name = "low", .type = VALUE_NUMBER, .place = 107, .digits = 2},
    {.name = "high", .type = VALUE_NUMBER, .place = 108, .digits = 2},
    {.name = "p", .type = VALUE_NUMBER},
    {.name = "p_adjusted", .type = VALUE_NUMBER, .place = 109, .digits = 4},
    {.name = "answers", .type = VALUE_NUMBER, .place = 110, .digits = 2},
    {.name = "answers_se", .type = VALUE_NUMBER},
    {.name = "weights", .type = VALUE_NUMBER, .place = 111, .digits = 2},
    {.name = "weights_se", .type = VALUE_NUMBER},
    {.name = "mix", .type = VALUE_NUMBER, .place = 112, .digits = 2},
    {.name = "mix_se", .type = VALUE_NUMBER},
    {.name = "n_first", .type = VALUE_COUNT, .place = 113},
    {.name = "n_second", .type = VALUE_COUNT, .place = 114},
    {.name = "weighting", .type = VALUE_TEXT},
    {.name = "rollup", .type = VALUE_TEXT},
    {.name = "flags_first", .type = VALUE_WORDS},
    {.name = "flags_second", .type = VALUE_WORDS},
    {.name = "flags", .type = VALUE_WORDS, .place = 115}};

static void tell_columns(const struct query *q, enum dimension between,
                         struct result *out)
{
    static const char *const names[2] = {"first", "second"};

    result_column(out, &(struct column){
                           .name = "survey", .type = VALUE_TEXT, .place = 1});
    result_column(out,
                  &(struct column){.name = "form_first", .type = VALUE_TEXT});
    result_column(out,
                  &(struct column){.name = "form_second", .type = VALUE_TEXT});
    result_cell(out, q->by, q->by_count, 2);
    result_column(out, &(struct column){.name = "construct",
                                        .type = VALUE_TEXT,
                                        .place = 101});
    for (unsigned i = 0; i < 2; i++) {
        struct column c = {
            .name = names[i], .type = VALUE_TEXT, .place = 102 + i};

        if (between != DIMENSIONS) {
            c.type = VALUE_CODE;
            c.dimension = between;
        }
        result_column(out, &c);
    }
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        result_column(out, &rest[i]);
}

static void tell_form(const struct cell_estimate *e, struct result *out)
{
    char form[2 * HASH_SIZE + 1] = "";

    if (e)
        bytes_hex(e->form, HASH_SIZE, form);
    result_text(out, form);
}

static void tell_numbers(const struct row *r, struct result *out)
{
    const struct finding *part[] = {&r->answers, &r->weights, &r->mix};

    result_number(out, r->index[0]);
    result_number(out, r->index[1]);
    result_number(out, r->difference.value);
    result_number(out, r->difference.interval.se);
    result_number(out, r->difference.interval.low);
    result_number(out, r->difference.interval.high);
    result_number(out, r->difference.p);
    result_number(out, r->adjusted);
    for (size_t i = 0; i < 3; i++) {
        result_number(out, part[i]->value);
        result_number(out, part[i]->interval.se);
    }
}

static void tell_row(const struct rows *all, const struct row *r, size_t by,
                     struct result *out)
{
    const struct cell_estimate *e = r->e[r->e[0] ? 0 : 1];
    char words[WORDS_MAX];

    result_text(out, e->survey);
    tell_form(r->e[0], out);
    tell_form(r->e[1], out);
    for (size_t i = 0; i < by; i++)
        result_text(out, r->cell[i]);
    result_text(out, e->construct);
    result_text(out, r->name[0]);
    result_text(out, r->name[1]);
    tell_numbers(r, out);
    for (size_t i = 0; i < 2; i++)
        result_count(out, r->e[i] ? r->e[i]->n : 0);
    result_text(out, all->weighting);
    result_text(out, all->rollup);
    for (size_t i = 0; i < 2; i++) {
        flags_print(estimate_flags(r->e[i]), words);
        result_text(out, words);
    }
    result_text(out, r->flags);
}

static enum status adjust(struct rows *r)
{
    double *p = malloc((r->count + 1) * sizeof *p);
    enum status st;

    if (!p)
        return ST_NOMEM;
    for (size_t i = 0; i < r->count; i++)
        p[i] = r->list[i].difference.p;
    st = false_discovery(p, r->count, p);
    for (size_t i = 0; i < r->count && st == ST_OK; i++)
        r->list[i].adjusted = p[i];
    free(p);
    return st;
}

enum status rows_end(struct rows *r, const struct query *q,
                     enum dimension between, struct result *out,
                     struct err *err)
{
    enum status st = adjust(r);

    if (st != ST_OK)
        return st;
    if (r->faults && r->faults == r->count)
        return err_set(err, ST_NUMERIC, "%s", r->fault.text);
    tell_columns(q, between, out);
    for (size_t i = 0; i < r->count; i++)
        tell_row(r, &r->list[i], q->by_count, out);
    result_note(out, "difference: first less second, with a 95 %% interval; "
                     "p_adjusted: Benjamini-Hochberg over all rows");
    result_note(out, "difference = answers + weights (of items) + mix (of "
                     "customers)");
    if (r->faults)
        result_note(out, "not comparable, %zu rows; the first: %s", r->faults,
                    r->fault.text);
    return result_end(out);
}
