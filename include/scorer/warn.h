/* warn.h - warnings: what changed in the cells, as events with numbers.
 *
 * `manyi-scorer warnings` computes them for any days; a watch computes them
 * again and again, gives each a number that it keeps, and sends it on.
 * scorer/warn/README.md says what the charts are.
 */
#ifndef SCORER_WARN_H
#define SCORER_WARN_H

#include "scorer/kind.h"

/* One event.  Texts are the maker's. */
struct warning {
    uint64_t number; /* from 1; 0: not stored */
    int32_t day;     /* of the alarm */
    int32_t since;   /* when the change is estimated to have begun */
    const char *survey;
    uint8_t form[HASH_SIZE];
    size_t by_count;
    const enum dimension *by;
    const char *const *cell;
    const char *construct; /* code of a construct, an item, "SAT1>=9" */
    const char *item;      /* of a drift: whose weight moved; else "" */
    const char *chart;     /* ewma, cusum, ewma-weekly, cusum-weekly, weights */
    const char *direction; /* down, up */
    const char *severity;  /* low, medium, high */
    double statistic, limit;
    double value;      /* the mean from `since` to `day`; a weight */
    double expected;   /* the same, as the days before have it */
    double agreement;  /* of a drift: correlation of the scores; else NaN */
    int64_t n;         /* answers that `value` rests on */
    int64_t stored_at; /* ms; 0: not stored */
};

/* ---- a watch over a store ---- */

/* Called once for each new warning, in the order of numbers, after it is on the
 * disk; a process that dies in between leaves that to who asks for what is
 * behind the last number it has seen. */
typedef void watch_fn(void *ctx, const struct warning *w);

struct watch_plan {
    const char *survey; /* code or family */
    size_t by_count;
    const enum dimension *by;
    double false_alarms;  /* a year, of each series */
    const char *calendar; /* NULL: the shipped one, where it is */
    const char *ledger;   /* file of the stored warnings */
    int64_t every_ms;     /* between two looks at the same answers or fewer */
    const char *webhooks; /* URLs parted by commas; "": none */
    const char *webhook_key; /* file of the secret, mode 0600 */
    int64_t give_up_ms;      /* after which an event that nobody took is dead */
    uint64_t seed;           /* of the jitter */
    watch_fn *publish;       /* NULL: nobody listens */
    void *ctx;
};

/* Days that are over, of the last two weeks and since the last look, are judged
 * when there are new answers; after a day's end at the latest with the first
 * step.  Texts of the plan outlive the watch. */
struct watch;
MUST_USE enum status watch_new(const struct watch_plan *plan,
                               struct watch **out, struct err *err);
void watch_free(struct watch **w);
uint64_t watch_last(const struct watch *w); /* the last number; 0: none */
/* What there is to do at `now` (ms), for some ten milliseconds at most; *more:
 * go on as soon as it suits.  A failure is of this look: the next one begins
 * anew. */
MUST_USE enum status watch_step(struct watch *w, struct engine *e, int64_t now,
                                bool *more, struct err *err);
/* What of the plan can be told to be wrong beforehand, ST_INVALID: the
 * dimensions "province,product", and the webhooks. */
MUST_USE enum status watch_dimensions(const char *text,
                                      enum dimension out[DIMENSIONS],
                                      size_t *count, struct err *cause);
MUST_USE enum status watch_targets(const char *text, struct err *cause);

#endif
