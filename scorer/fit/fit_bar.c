/* fit_bar.c - see fit_bar.h. */
#include "fit_bar.h"

#include <time.h>
#include <unistd.h>

static int64_t now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

void fit_bar_begin(struct fit_bar *b, const char *what)
{
    b->shown = isatty(STDERR_FILENO);
    if (b->shown)
        progress_begin(&b->progress, what, 0, 0, now());
}

void fit_bar_tell(void *bar, size_t done, size_t all)
{
    struct fit_bar *b = bar;

    if (b->shown)
        progress_tell(&b->progress, done, (double)done / (double)all, NULL,
                      now());
}

void fit_bar_end(struct fit_bar *b)
{
    if (b->shown)
        progress_end(&b->progress);
}
