/* fit_bar.h - a progress bar for work that says how far it is; shown when
 * somebody sits before it, else nothing. */
#ifndef SCORER_FIT_BAR_H
#define SCORER_FIT_BAR_H

#include <stddef.h>

#include "collector/progress.h"

struct fit_bar {
    struct progress progress;
    bool shown;
};

void fit_bar_begin(struct fit_bar *b, const char *what);
/* A sample_tell_fn (scorer/sample.h) of the bar. */
void fit_bar_tell(void *bar, size_t done, size_t all);
void fit_bar_end(struct fit_bar *b);

#endif
