/* fit_json.c - the result as one JSON document, every number with all its
 * digits. */
#include <math.h>

#include "report.h"

static const char *const schemes[] = {"path", "centroid", "factorial"};
static const char *const policies[] = {"mean", "pairwise", "complete"};

static void write_items(struct json *j, const char *key,
                        const struct pls_model *m, const double *value)
{
    json_put_object(j, key);
    for (size_t i = 0; i < m->items; i++) {
        char place[FIT_PLACE];

        json_put_number(j, fit_place(m, i, place), value[i]);
    }
    json_close(j);
}

static void open_arrow(struct json *j, const struct pls_model *m, size_t from,
                       size_t to)
{
    json_put_object(j, NULL);
    json_put_text(j, "from", pls_construct_code(m, from));
    json_put_text(j, "to", pls_construct_code(m, to));
}

/* Of one vector of numbers; `interval` NULL: of a replicate. */
static void write_paths(struct json *j, const struct pls_model *m,
                        const double *number, const struct interval *interval)
{
    const size_t k = m->constructs;

    json_put_array(j, "paths");
    for (size_t to = 0; to < k; to++)
        for (size_t from = 0; from < k; from++) {
            const size_t at = fit_path_number(m, to, from);

            if (!m->path[to * k + from])
                continue;
            open_arrow(j, m, from, to);
            json_put_number(j, "coefficient", number[at]);
            if (interval) {
                json_put_number(j, "se", interval[at].se);
                json_put_number(j, "low", interval[at].low);
                json_put_number(j, "high", interval[at].high);
            }
            json_close(j);
        }
    json_close(j);
}

static bool endogenous(const struct pls_model *m, size_t c)
{
    for (size_t from = 0; from < m->constructs; from++)
        if (m->path[c * m->constructs + from])
            return true;
    return false;
}

static void write_r2(struct json *j, const struct pls_model *m,
                     const double *number)
{
    json_put_object(j, "r2");
    for (size_t c = 0; c < m->constructs; c++)
        if (endogenous(m, c))
            json_put_number(j, pls_construct_code(m, c),
                            number[fit_r2_number(m, c)]);
    json_close(j);
}

/* Everything that arrows lead to, in one step or several. */
static void write_total(struct json *j, const struct fit_result *r)
{
    const struct pls_model *m = &r->plan->model;
    const size_t k = m->constructs;
    bool reach[CONSTRUCTS_MAX * CONSTRUCTS_MAX] = {false};

    for (size_t i = 0; i < k; i++)
        for (size_t p = 0; p < k; p++)
            for (size_t q = 0; q < k; q++) {
                const size_t to = m->order[i] * k;

                if (m->path[to + p] && (q == p || reach[p * k + q]))
                    reach[to + q] = true;
            }
    json_put_array(j, "total_effects");
    for (size_t from = 0; from < k; from++)
        for (size_t to = 0; to < k; to++)
            if (reach[to * k + from]) {
                open_arrow(j, m, from, to);
                json_put_number(j, "effect", r->fit->total[to * k + from]);
                json_close(j);
            }
    json_close(j);
}

static void write_index(struct json *j, const struct fit_result *r)
{
    const struct pls_model *m = &r->plan->model;

    json_put_object(j, "index");
    for (size_t c = 0; c < m->constructs; c++) {
        const size_t at = fit_index_number(m, c);
        const struct interval *i = &r->numbers->interval[at];

        json_put_object(j, pls_construct_code(m, c));
        json_put_number(j, "value", r->numbers->estimate[at]);
        json_put_number(j, "se", i->se);
        json_put_number(j, "low", i->low);
        json_put_number(j, "high", i->high);
        json_close(j);
    }
    json_close(j);
}

/* A replicate that failed is null, so that the others keep their places. */
static void write_replicate(struct json *j, const struct pls_model *m,
                            const double *number)
{
    if (isnan(number[0])) {
        json_put_null(j, NULL);
        return;
    }
    json_put_object(j, NULL);
    write_paths(j, m, number, NULL);
    write_r2(j, m, number);
    json_put_object(j, "index");
    for (size_t c = 0; c < m->constructs; c++)
        json_put_number(j, pls_construct_code(m, c),
                        number[fit_index_number(m, c)]);
    json_close(j);
    json_close(j);
}

enum status fit_write_json(const struct fit_result *r,
                           const struct report *report, FILE *out)
{
    const struct pls_model *m = &r->plan->model;
    const struct fit_numbers *n = r->numbers;
    struct json *j = json_new();

    json_put_object(j, NULL);
    json_put_integer(j, "n", r->rows);
    json_put_text(j, "scheme", schemes[m->scheme]);
    json_put_text(j, "missing", policies[r->plan->missing]);
    json_put_integer(j, "missing_values", fit_sums_missing(&r->data->total, m));
    json_put_integer(j, "iterations", r->fit->iterations);
    json_put_bool(j, "converged", true);
    write_items(j, "weights", m, r->fit->weight);
    write_items(j, "loadings", m, r->fit->loading);
    write_paths(j, m, n->estimate, n->interval);
    write_r2(j, m, n->estimate);
    write_total(j, r);
    write_index(j, r);
    report_json(report, r, j);
    if (r->replicates) {
        json_put_array(j, "replicates");
        for (size_t k = 0; k < n->replicates; k++)
            write_replicate(j, m, n->replicate + k * n->count);
        json_close(j);
    }
    json_close(j);
    return json_end(&j, out);
}
