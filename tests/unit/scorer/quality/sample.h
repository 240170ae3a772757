/* sample.h - a small model, estimated, and numbers compared. */
#ifndef TESTS_SCORER_QUALITY_SAMPLE_H
#define TESTS_SCORER_QUALITY_SAMPLE_H

#include "scorer/small.h"

enum { ROWS = 250 };

#define assert_near(a, b) assert_close((a), (b), 1e-12)
#define assert_close(a, b, tolerance)                                          \
    assert_close_at((a), (b), (tolerance), __FILE__, __LINE__)

static inline void assert_close_at(double a, double b, double tolerance,
                                   const char *file, int line)
{
    if (fabs(a - b) <= tolerance)
        return;
    print_error("%.17g and %.17g differ by %.3g\n", a, b, a - b);
    _fail(file, line);
}

struct sample {
    struct small small;
    double cov[ITEMS * ITEMS];
    struct pls_fit fit;
};

static inline void estimate(struct sample *s, const double *r)
{
    struct err err = {""};

    small_cov(r, s->cov);
    if (pls_estimate(&s->small.model, ROWS, small_mean, s->cov, NULL, &s->fit,
                     &err) != ST_OK)
        fail_msg("%s", err.text);
}

static inline void make(struct sample *s, enum construct_mode mode)
{
    small_make(&s->small, SCHEME_PATH, mode);
    estimate(s, small_r);
}

#endif
