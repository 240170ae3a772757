/* progress.h - telling how far it is: a bar on a terminal, else a log line
 * every few seconds.  On standard error. */
#ifndef COLLECTOR_PROGRESS_H
#define COLLECTOR_PROGRESS_H

#include <stdint.h>

#include "base/status.h"

struct progress {
    const char *what; /* "checking", "sending" */
    bool terminal;
    int64_t begun;   /* ms */
    int64_t told;    /* when a line was last written */
    uint64_t before; /* rows that were done at the beginning */
    double start;    /* and the part of the whole */
    bool open;       /* a bar stands on the terminal's last line */
};

void progress_begin(struct progress *p, const char *what, uint64_t rows,
                    double part, int64_t now);
/* `rows` are done, which is `part` (0-1) of the whole.  `waiting`: for what,
 * or NULL.  Costs nothing most of the time. */
void progress_tell(struct progress *p, uint64_t rows, double part,
                   const char *waiting, int64_t now);
/* Take the bar away. */
void progress_end(struct progress *p);

#endif
