/* section_verdicts.c - the other sections in words.
 *
 * What is good is counted, what is not is named; of sizes all are named.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "scorer/verdicts.h"

enum { WIDTH = 80, INDENT = 4, LABEL = 2 * ITEM_CODE_MAX + 8 };

struct verdicts {
    size_t count;
    struct verdict list[VERDICTS_MAX];
};

static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    double high[CONSTRUCTS_MAX * CONSTRUCTS_MAX];
    const struct verdict_basis basis = {.model = &r->plan->model,
                                        .fit = r->fit,
                                        .plain = r->plain,
                                        .cov = r->cov,
                                        .r = r->cor,
                                        .htmt_high = report_htmt_high(r, high)};
    struct verdicts *v = calloc(1, sizeof *v);

    (void)err;
    if (!v)
        return ST_NOMEM;
    v->count = verdicts_of(&basis, v->list);
    *state = v;
    return ST_OK;
}

/* What a verdict is about: one or two codes, NULL for none. */
static void codes(const struct pls_model *m, const struct verdict *v,
                  const char *out[2])
{
    out[0] = out[1] = NULL;
    if (v->about == VERDICT_OF_ITEM)
        out[0] = pls_item_code(m, v->a);
    else if (v->about != VERDICT_OF_MODEL)
        out[0] = pls_construct_code(m, v->a);
    if (v->about == VERDICT_OF_PAIR || v->about == VERDICT_OF_ARROW)
        out[1] = pls_construct_code(m, v->b);
}

/* ---- text ---- */

/* "SAT", "SAT-LOY", "SAT->LOY"; the value for the model as a whole. */
static void label(const struct pls_model *m, const struct verdict *v,
                  char out[LABEL])
{
    const char *code[2];

    codes(m, v, code);
    if (!code[0])
        (void)snprintf(out, LABEL, "%.3f", v->value);
    else
        (void)snprintf(out, LABEL, "%s%s%s", code[0],
                       !code[1]                       ? ""
                       : v->about == VERDICT_OF_ARROW ? "->"
                                                      : "-",
                       code[1] ? code[1] : "");
}

/* "below 0.5", "0.5 to 0.7", "0.95 and more" */
static void write_limits(const struct verdict_rule *rule, size_t band,
                         FILE *out)
{
    const double from = rule->band[band].from;

    if (band == 0)
        (void)fprintf(out, "below %g", rule->band[1].from);
    else if (band + 1 == rule->bands)
        (void)fprintf(out, "%g and more", from);
    else
        (void)fprintf(out, "%g to %g", from, rule->band[band + 1].from);
}

/* The labels of a band, on lines of their own. */
static void write_labels(const struct pls_model *m, const struct verdict *list,
                         size_t count, const struct verdict_band *band,
                         FILE *out)
{
    size_t column = 0;

    for (size_t i = 0; i < count; i++) {
        char text[LABEL];

        if (list[i].band != band)
            continue;
        label(m, &list[i], text);
        if (column + 2 + strlen(text) > WIDTH) {
            (void)fputc('\n', out);
            column = 0;
        }
        column += (size_t)fprintf(out, "%*s%s", column ? 2 : INDENT, "", text);
    }
    (void)fputc('\n', out);
}

static size_t in_band(const struct verdict *list, size_t count,
                      const struct verdict_band *band)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++)
        n += list[i].band == band ? 1 : 0;
    return n;
}

/* All verdicts on one measure. */
static void write_measure(const struct pls_model *m, const struct verdict *list,
                          size_t count, FILE *out)
{
    const struct verdict_rule *rule = &verdict_rules[list->measure];

    (void)fprintf(out, "%s (%s)\n", rule->title, rule->source);
    for (size_t b = 0; b < rule->bands; b++) {
        const struct verdict_band *band = &rule->band[b];
        const size_t n = in_band(list, count, band);

        if (!n)
            continue;
        (void)fputs("  ", out);
        if (band->grade != VERDICT_SIZE)
            (void)fprintf(out, "%s, ", verdict_grade_word(band->grade));
        write_limits(rule, b, out);
        (void)fprintf(out, ": %s", band->words);
        if (band->grade == VERDICT_GOOD && list->about != VERDICT_OF_MODEL) {
            (void)fprintf(out, ": %zu of %zu\n", n, count);
        } else {
            (void)fputs(":\n", out);
            write_labels(m, list, count, band, out);
        }
    }
}

static enum status text(const struct fit_result *r, const void *state,
                        FILE *out)
{
    const struct verdicts *v = state;

    for (size_t i = 0, n; i < v->count; i += n) {
        for (n = 1; i + n < v->count; n++)
            if (v->list[i + n].measure != v->list[i].measure)
                break;
        write_measure(&r->plan->model, v->list + i, n, out);
    }
    return ferror(out) ? ST_IO : ST_OK;
}

/* ---- JSON ---- */

static void write_json(const struct pls_model *m, const struct verdict *v,
                       struct json *j)
{
    const struct verdict_rule *rule = &verdict_rules[v->measure];
    const bool last = v->band == &rule->band[rule->bands - 1];
    const char *code[2];

    codes(m, v, code);
    json_put_object(j, NULL);
    json_put_text(j, "measure", rule->name);
    json_put_array(j, "of");
    for (size_t i = 0; i < 2; i++)
        if (code[i])
            json_put_text(j, NULL, code[i]);
    json_close(j);
    json_put_number(j, "value", v->value);
    json_put_text(j, "grade", verdict_grade_word(v->band->grade));
    json_put_number(j, "from", v->band->from);
    json_put_number(j, "below", last ? NAN : v->band[1].from);
    json_put_text(j, "words", v->band->words);
    json_put_text(j, "source", rule->source);
    json_close(j);
}

static void json(const struct fit_result *r, const void *state, const char *key,
                 struct json *j)
{
    const struct verdicts *v = state;

    json_put_array(j, key);
    for (size_t i = 0; i < v->count; i++)
        write_json(&r->plan->model, &v->list[i], j);
    json_close(j);
}

const struct report_section section_verdicts = {
    .name = "verdicts",
    .title = "In words",
    .measures = FIT_MEASURE(FIT_HTMT),
    .make = make,
    .text = text,
    .json = json,
};
