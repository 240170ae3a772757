/* fit_settings.h - what `manyi-scorer fit` is told on its command line. */
#ifndef SCORER_FIT_SETTINGS_H
#define SCORER_FIT_SETTINGS_H

#include "fit.h"
#include "scorer/request.h"

enum { FIT_FORMAT_TEXT, FIT_FORMAT_JSON };
enum { FIT_AS_SURVEY = 0 };
/* Of errors, until fit_settings_read has all options: jackknife, but for those
 * of a bootstrap. */
enum { FIT_AUTO = FIT_BOOTSTRAP + 1 };

struct fit_settings {
    struct request request; /* its survey: of a store, or a file's name */
    const char *data, *codes, *weight, *resamples, *encoding, *measures;
    const char *scores; /* file to write them to */
    const char *label[FIT_LABELS];
    int scheme, missing, errors, interval, format;
    int64_t draws, seed, threads;
    double level;
    const char *moderate; /* interactions */
    struct fit_asked asked;
};

/* *done: --help or --version was answered.  `now` as for a request, which the
 * caller frees. */
MUST_USE enum status fit_settings_read(int argc, char **argv, int64_t now,
                                       struct fit_settings *s, bool *done,
                                       struct err *err);

/* Whether the sample is said to be drawn in strata or clusters. */
bool fit_settings_design(const struct fit_settings *s);

#endif
