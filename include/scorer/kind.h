/* kind.h - the kinds of question that the engine answers.
 *
 * A kind is a name, the options that it has beside those of every query, and
 * a function from an engine to a result.  The command line and the wire know
 * nothing more of it: `manyi-scorer NAME`, and a message with kind: NAME, are
 * there for each entry of query_kinds.
 */
#ifndef SCORER_KIND_H
#define SCORER_KIND_H

#include "collector/options.h"
#include "scorer/estimates.h"

struct kind_option {
    const char *name;
    enum option_kind kind;
    const char *argument;       /* as in struct option_spec */
    const char *help;           /* one line */
    const char *const *choices; /* OPTION_CHOICE: NULL-terminated */
    int64_t min, max;           /* COUNT, REAL; both 0: any */
    bool file; /* a TEXT that names a file here: never taken from the wire */
};

/* On what is folded in already (engine_update); `out` is all zero, and its id,
 * watermark and day are filled in by the caller.  On failure `out` may be
 * half full. */
typedef enum status kind_answer_fn(struct engine *e, const struct query *q,
                                   struct result *out, struct err *err);

struct query_kind {
    const char *name;    /* "compare" */
    const char *summary; /* one sentence for --help */
    const struct kind_option *option;
    size_t options;
    kind_answer_fn *answer;
    bool analysts; /* readers and reviewers may not ask it */
};

extern const struct query_kind *const query_kinds[];  /* NULL-terminated */
const struct query_kind *kind_find(const char *name); /* NULL: none */

/* Names, types and ranges of a query's settings.  ST_INVALID names the one. */
MUST_USE enum status kind_check(const struct query_kind *k,
                                const struct query *q, struct err *err);

/* Check, bring the engine up to date, answer, and name the result; a damaged
 * cube is made anew once.  ST_REFUSED: the reader may not ask this. */
MUST_USE enum status engine_ask(struct engine *e, const struct query_kind *k,
                                const struct query *q, struct result *out,
                                struct err *err);

/* Settings of a checked query; `otherwise` when it is not told. */
const char *query_text(const struct query *q, const char *name,
                       const char *otherwise);
bool query_flag(const struct query *q, const char *name);
int64_t query_count(const struct query *q, const char *name, int64_t otherwise);
double query_real(const struct query *q, const char *name, double otherwise);
/* The place of the value in the kind's choices. */
int query_choice(const struct query_kind *k, const struct query *q,
                 const char *name, int otherwise);

/* The kinds, each defined in the folder of its noun; a line here, one in
 * query/kinds.c and one in manyi-scorer.c add one. */
extern const struct query_kind kind_score;    /* query/scores.c */
extern const struct query_kind kind_funnel;   /* query/funnel_kind.c */
extern const struct query_kind kind_compare;  /* compare/ */
extern const struct query_kind kind_ranks;    /* compare/ */
extern const struct query_kind kind_adjusted; /* compare/ */
extern const struct query_kind kind_modes;    /* compare/ */
extern const struct query_kind kind_areas;    /* areas/ */
extern const struct query_kind kind_mend;     /* mend/ */
extern const struct query_kind kind_rates;    /* mend/ */
extern const struct query_kind kind_exit;     /* mend/ */
extern const struct query_kind kind_outside;  /* outside/ */
extern const struct query_kind kind_warnings; /* warn/ */

#endif
