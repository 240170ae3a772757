/* section_errors.c - where the standard errors and intervals come from. */
#include <stdlib.h>

#include "fit_design.h"
#include "report.h"

static const char *const intervals[] = {"percentile", "bca", "studentised"};

static bool wanted(const struct fit_asked *asked)
{
    return asked->report || asked->errors;
}

/* All is known. */
static enum status make(const struct fit_result *r, void **state,
                        struct err *err)
{
    (void)err;
    *state = NULL;
    return r->how->kind == FIT_NONE ? ST_NOTFOUND : ST_OK;
}

static bool of_rows(const struct fit_result *r)
{
    return r->rows <= SINGLE_ROWS;
}

static void say_bootstrap(const struct fit_result *r, FILE *out)
{
    const struct fit_replication *how = r->how;

    (void)fprintf(out, "Bootstrap, %zu resamples", r->numbers->replicates);
    if (!how->resamples)
        (void)fprintf(out, " of seed %llu", (unsigned long long)how->seed);
    (void)fprintf(out, "; %s intervals", intervals[how->interval]);
}

static void say_jackknife(const struct fit_result *r, FILE *out)
{
    const struct fit_design *f = r->how->design;
    const size_t n = r->numbers->replicates;

    if (f)
        (void)fprintf(out,
                      "Jackknife, without each of %zu sampling units in %zu "
                      "strat%s%s; intervals by\nStudent's t, %zu degrees of "
                      "freedom",
                      f->units, f->strata, f->strata == 1 ? "um" : "a",
                      f->fraction ? ", of finite populations" : "",
                      f->units - f->strata);
    else
        (void)fprintf(out,
                      "Jackknife, without each of %zu %s; intervals by "
                      "Student's t",
                      n, of_rows(r) ? "rows" : "groups of rows");
}

static enum status text(const struct fit_result *r, const void *state,
                        FILE *out)
{
    (void)state;
    if (r->how->kind == FIT_BOOTSTRAP)
        say_bootstrap(r, out);
    else
        say_jackknife(r, out);
    (void)fprintf(out,
                  ", level %g.\n%zu failed. A construct that points the other "
                  "way in a replicate is\nturned as a whole.\n",
                  r->how->level, r->numbers->dropped);
    return ST_OK;
}

static void put_jackknife(const struct fit_result *r, struct json *j)
{
    const struct fit_design *f = r->how->design;

    json_put_text(j, "kind", "jackknife");
    json_put_text(j, "interval", "t");
    json_put_text(j, "left_out", f ? "units" : of_rows(r) ? "rows" : "groups");
    if (!f)
        return;
    json_put_integer(j, "strata", (int64_t)f->strata);
    json_put_integer(j, "degrees_of_freedom", (int64_t)(f->units - f->strata));
    json_put_bool(j, "finite_population", f->fraction != NULL);
}

static void put_bootstrap(const struct fit_result *r, struct json *j)
{
    json_put_text(j, "kind", "bootstrap");
    json_put_text(j, "interval", intervals[r->how->interval]);
    if (!r->how->resamples)
        json_put_integer(j, "seed", (int64_t)r->how->seed);
}

static void json(const struct fit_result *r, const void *state, const char *key,
                 struct json *j)
{
    (void)state;
    json_put_object(j, key);
    if (r->how->kind == FIT_BOOTSTRAP)
        put_bootstrap(r, j);
    else
        put_jackknife(r, j);
    json_put_number(j, "level", r->how->level);
    json_put_integer(j, "replicates", (int64_t)r->numbers->replicates);
    json_put_integer(j, "failed", (int64_t)r->numbers->dropped);
    json_put_text(j, "signs", "construct");
    json_close(j);
}

const struct report_section section_errors = {
    .name = "errors",
    .title = "Where errors and intervals come from",
    .wanted = wanted,
    .make = make,
    .text = text,
    .json = json};
