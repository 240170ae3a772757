/* fit_scores.c - scores of the constructs, row by row, for those who work on
 * with them.
 *
 * An answer that is missing is the item's mean, under each policy for missing
 * answers: under `mean` the scores then have the mean 0 and the standard
 * deviation 1, and the indices the mean that is the index.  A row that does not
 * count has no scores.  A million rows of seven constructs are 300 MB.
 */
#include <math.h>
#include <stdio.h>

#include "base/bytes.h"
#include "collector/files.h"
#include "fit.h"
#include "scorer/index.h"

enum { MODE = 0600, NUMBER = 40 };

struct scores {
    const struct fit_result *r;
    double u[ITEMS_MAX]; /* item weights of the indices */
    struct buffer out;
};

static enum status add_text(struct scores *s, const char *text)
{
    return buffer_add(&s->out, text, strlen(text));
}

/* ",number"; NaN: nothing behind the comma. */
static enum status add_number(struct scores *s, double value)
{
    char text[NUMBER] = ",";

    if (!isnan(value))
        (void)snprintf(text, sizeof text, ",%.17g", value);
    return add_text(s, text);
}

static enum status add_header(struct scores *s)
{
    static const char *const what[] = {".score", ".index"};
    const struct pls_model *m = &s->r->plan->model;
    enum status st = add_text(s, "row");

    for (size_t w = 0; w < 2; w++)
        for (size_t c = 0; c < m->constructs && st == ST_OK; c++) {
            st = buffer_byte(&s->out, ',');
            if (st == ST_OK)
                st = add_text(s, pls_construct_code(m, c));
            if (st == ST_OK)
                st = add_text(s, what[w]);
        }
    return st == ST_OK ? buffer_byte(&s->out, '\n') : st;
}

/* w'z with the items' means and standard deviations. */
static double score(const struct fit_result *r, size_t c, const double *answer)
{
    const struct pls_model *m = &r->plan->model;
    double sum = 0;

    for (size_t i = m->first[c]; i < m->first[c + 1]; i++)
        sum +=
            r->fit->weight[i] * (answer[i] - r->fit->mean[i]) / r->fit->sd[i];
    return sum;
}

static enum status add_row(struct scores *s, size_t row)
{
    const struct fit_result *r = s->r;
    const struct pls_model *m = &r->plan->model;
    const uint8_t *stored = r->data->row + row * m->items;
    const bool counts = fit_counts(r->data, row);
    char number[NUMBER];
    double answer[ITEMS_MAX];
    enum status st;

    for (size_t i = 0; i < m->items; i++)
        answer[i] = stored[i] ? stored[i] : r->fit->mean[i];
    (void)snprintf(number, sizeof number, "%zu", row + 1);
    st = add_text(s, number);
    for (size_t c = 0; c < m->constructs && st == ST_OK; c++)
        st = add_number(s, counts ? score(r, c, answer) : NAN);
    for (size_t c = 0; c < m->constructs && st == ST_OK; c++)
        st = add_number(s, counts ? index_value(m, c, s->u, answer) : NAN);
    return st == ST_OK ? buffer_byte(&s->out, '\n') : st;
}

enum status fit_write_scores(const struct fit_result *r, const char *path,
                             struct err *err)
{
    struct scores s = {.r = r};
    enum status st;

    (void)err_set(err, ST_NOMEM, "%s: out of memory", path);
    index_weights(&r->plan->model, r->fit, s.u);
    st = add_header(&s);
    for (size_t row = 0; row < r->data->rows && st == ST_OK; row++)
        st = add_row(&s, row);
    if (st == ST_OK)
        st = file_replace(path, MODE, s.out.data, s.out.len, err);
    buffer_free(&s.out);
    return st;
}
