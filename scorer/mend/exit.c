/* exit.c - the kind `exit`: who complains, who says nothing, who leaves.
 *
 * It needs the answers themselves, which cells do not hold together: a pass
 * over the log, some two seconds a million (scorer/answers.h).
 */
#include "exit.h"

#include <stdlib.h>

enum { TELL_TABLE, TELL_MODEL, TELL_CALIBRATION, TELL_CELLS };
static const char *const parts[] = {"table", "model", "calibration", "cells",
                                    NULL};

static const struct kind_option options[] = {
    {"outcome", OPTION_TEXT, "CSV",
     "what became of people: respondent or id, outcome, date", NULL, 0, 0,
     true},
    {"tell", OPTION_CHOICE, "WHAT",
     "table, or of outcomes: model, calibration, cells", parts, 0, 0, false},
    {"downgraded", OPTION_FLAG, NULL, "count those who downgraded as leaving",
     NULL, 0, 0, false},
    {"item", OPTION_TEXT, "CODE",
     "the overall item (default: the first of the index)", NULL, 0, 0, false},
    {"satisfied", OPTION_COUNT, "N", "satisfied from this answer on", NULL, 0,
     255, false},
    {"fair", OPTION_COUNT, "N", "fair from this answer on", NULL, 0, 255,
     false},
    {"complaint", OPTION_TEXT, "ITEM=CODE",
     "the choice that says that somebody complained", NULL, 0, 0, false},
    {"handling", OPTION_TEXT, "CODE",
     "how the complaint was handled (default: its variants say)", NULL, 0, 0,
     false},
    {"loyalty", OPTION_TEXT, "CODE",
     "how likely it is that they stay (default: LOY1)", NULL, 0, 0, false}};

void exit_put_flags(struct exiting *x, int64_t n, bool no_interval,
                    const char *more)
{
    const char *names[32];
    char words[128] = "";
    uint32_t flags = 0;
    size_t count;

    if (n < N_SHOWN)
        flags = SCORE_SUPPRESSED;
    else if (n < N_FIRM)
        flags = SCORE_INDICATIVE;
    if (no_interval)
        flags |= SCORE_NO_INTERVAL;
    count = score_flag_names(flags, names);
    if (*more)
        names[count++] = more;
    for (size_t i = 0; i < count; i++)
        snprintf(words + strlen(words), sizeof words - strlen(words), "%s%s",
                 i ? " " : "", names[i]);
    result_text(x->out, words);
}

/* ---- what it rests on ---- */

/* The plan of the form that was answered, and its item weights. */
static enum status find_form(struct exiting *x)
{
    const uint8_t *form = answers_survey(x->answers)->form;

    for (size_t i = 0; i < x->plans.count; i++)
        if (memcmp(x->plans.list[i].survey->form, form, HASH_SIZE) == 0)
            x->plan = &x->plans.list[i];
    for (size_t i = 0; i < x->estimates.count; i++)
        if (memcmp(x->estimates.list[i].form, form, HASH_SIZE) == 0)
            x->weights = x->estimates.list[i].weights;
    /* else it came just now, and the cells do not know it */
    return x->plan && x->weights
               ? ST_OK
               : err_set(x->err, ST_BUSY, "%s: a new form comes in: ask again",
                         x->query->survey);
}

/* No answers are an empty table; no such survey is none. */
static enum status read_answers(struct engine *e, struct exiting *x)
{
    struct query whole = *x->query;
    enum status st;

    whole.by_count = 0;
    whole.construct = NULL;
    st = engine_estimates(e, &whole, &x->estimates, &x->out->met, x->err);
    if (st == ST_OK && x->estimates.count)
        st = engine_answers(e, x->query, &x->answers, &x->people, x->err);
    return st;
}

static enum status read_all(struct engine *e, struct exiting *x)
{
    enum status st = read_answers(e, x);

    if (st != ST_OK || !x->answers)
        return st;
    st = plans_make(e, x->query, &x->plans, x->err);
    if (st == ST_OK)
        st = find_form(x);
    return st == ST_OK ? split_make(x->answers, x->query, &x->split) : st;
}

static enum status model(struct exiting *x)
{
    const struct leaving_of of = {x->answers, &x->split, x->weights,
                                  &x->outcomes,
                                  query_flag(x->query, "downgraded")};

    if (!x->answers)
        return err_set(x->err, ST_NUMERIC, "%s: no answers in these days",
                       x->query->survey);
    return leaving_make(&of, &x->leaving, x->err);
}

static enum status tell(struct exiting *x, int part)
{
    switch (part) {
    case TELL_MODEL:
        return exit_tell_model(x);
    case TELL_CALIBRATION:
        return exit_tell_calibration(x);
    case TELL_CELLS:
        return exit_tell_cells(x);
    default:
        return exit_tell_table(x);
    }
}

static enum status answer(struct engine *e, const struct query *q,
                          struct result *out, struct err *err)
{
    const char *file = query_text(q, "outcome", NULL);
    const int part =
        query_choice(&kind_exit, q, "tell", file ? TELL_MODEL : TELL_TABLE);
    struct exiting x = {.query = q, .out = out, .err = err};
    enum status st = ST_OK;

    if (part != TELL_TABLE && !file)
        return err_set(err, ST_INVALID, "--tell %s needs --outcome",
                       parts[part]);
    if (part != TELL_TABLE)
        st = outcomes_read(file, &x.outcomes, err);
    if (st == ST_OK)
        st = read_all(e, &x);
    if (st == ST_OK && part != TELL_TABLE)
        st = model(&x);
    if (st == ST_OK)
        st = tell(&x, part);
    leaving_free(&x.leaving);
    outcomes_free(&x.outcomes);
    split_free(&x.split);
    estimates_free(&x.estimates);
    plans_free(&x.plans);
    answers_free(&x.answers);
    return st;
}

const struct query_kind kind_exit = {
    .name = "exit",
    .summary = "Print who complains, who says nothing and who is won back; "
               "with outcomes, who leaves.",
    .option = options,
    .options = sizeof options / sizeof *options,
    .answer = answer,
    .analysts = true};
