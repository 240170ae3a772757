/* fit_settings.h - what `manyi-scorer fit` is told on its command line. */
#ifndef SCORER_FIT_SETTINGS_H
#define SCORER_FIT_SETTINGS_H

#include "collector/options.h"
#include "fit.h"

enum { FIT_FORMAT_TEXT, FIT_FORMAT_JSON };
enum { FIT_AS_SURVEY = 0 };

struct fit_settings {
    const char *survey, *data, *weight, *resamples, *encoding, *measures;
    const char *label[FIT_LABELS];
    int scheme, missing, errors, interval, format;
    int64_t draws, seed, threads;
    double level;
    struct fit_asked asked;
};

/* *done: --help or --version was answered.  Texts live as long as *texts. */
MUST_USE enum status fit_settings_read(int argc, char **argv,
                                       struct fit_settings *s,
                                       struct options **texts, bool *done,
                                       struct err *err);

/* Whether the sample is said to be drawn in strata or clusters. */
bool fit_settings_design(const struct fit_settings *s);

#endif
