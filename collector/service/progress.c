/* progress.c - see collector/progress.h. */
#include "collector/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "collector/log.h"

#define BAR_MS  200
#define LINE_MS 5000
#define BAR     24

void progress_begin(struct progress *p, const char *what, uint64_t rows,
                    double part, int64_t now)
{
    *p = (struct progress){.what = what,
                           .terminal = isatty(STDERR_FILENO),
                           .begun = now,
                           .told = now,
                           .before = rows,
                           .start = part};
}

struct pace {
    double rate;    /* rows a second */
    long long left; /* seconds; -1: not known */
};

static struct pace pace_of(const struct progress *p, uint64_t rows, double part,
                           int64_t now)
{
    const double seconds = (double)(now - p->begun) / 1000;
    const double done = part - p->start;
    struct pace pace = {0, -1};

    if (seconds > 0)
        pace.rate = (double)(rows - p->before) / seconds;
    if (done > 0)
        pace.left = (long long)(seconds * (1 - part) / done + 0.5);
    return pace;
}

static void show_bar(struct progress *p, uint64_t rows, double part,
                     const struct pace *pace, const char *waiting)
{
    static const char full[BAR + 1] = "########################";
    static const char empty[BAR + 1] = "------------------------";
    const int filled = (int)(part * BAR);

    fprintf(stderr, "\r\033[K%s [%.*s%.*s] %3.0f%%  %llu rows  %.0f/s", p->what,
            filled, full, BAR - filled, empty, part * 100,
            (unsigned long long)rows, pace->rate);
    if (waiting)
        fprintf(stderr, "  %s", waiting);
    else if (pace->left >= 0)
        fprintf(stderr, "  %lld:%02lld left", pace->left / 60, pace->left % 60);
    fflush(stderr);
    p->open = true;
}

void progress_tell(struct progress *p, uint64_t rows, double part,
                   const char *waiting, int64_t now)
{
    char quoted[LOG_QUOTE_MAX];
    struct pace pace;

    if (now - p->told < (p->terminal ? BAR_MS : LINE_MS))
        return;
    p->told = now;
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    pace = pace_of(p, rows, part, now);
    if (p->terminal)
        show_bar(p, rows, part, &pace, waiting);
    else
        log_event(LEVEL_INFO, p->what,
                  "percent=%.0f rows=%llu rate=%.0f left_s=%lld waiting=%s",
                  part * 100, (unsigned long long)rows, pace.rate, pace.left,
                  log_quote(waiting ? waiting : "no", quoted));
}

void progress_end(struct progress *p)
{
    if (p->open)
        fputs("\r\033[K", stderr);
    p->open = false;
}
