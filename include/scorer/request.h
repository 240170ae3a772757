/* request.h - a query as people write it on a command line.
 *
 * One reader of these options for every program that asks for scores, so that
 * the same words mean the same request everywhere.
 */
#ifndef SCORER_REQUEST_H
#define SCORER_REQUEST_H

#include "collector/options.h"
#include "scorer/query.h"

struct request {
    const char *store; /* as in struct engine_place */
    const char *cube, *key, *server_key;
    struct query query;
    struct request_texts *texts; /* what the query points to */
};

/* Read `argv` by the options of a query and the `extra` ones of the program
 * (of which `name`, `usage` and `summary` are as in struct program).  `now`
 * (ms) makes the default period: its month.  *done: --help or --version was
 * answered.  ST_INVALID names what is wrong.  Texts of extra options live as
 * long as the request. */
MUST_USE enum status request_read(const struct program *extra, int argc,
                                  char **argv, int64_t now, struct request *out,
                                  bool *done, struct err *err);
/* The same of rows: store, survey, days, filters and frames; without --store,
 * which is then NULL, the survey alone, as the rows come from elsewhere. */
MUST_USE enum status request_read_rows(const struct program *extra, int argc,
                                       char **argv, int64_t now,
                                       struct request *out, bool *done,
                                       struct err *err);
void request_free(struct request *r);
/* The engine that its answers come from. */
MUST_USE enum status request_open(const struct request *r, struct engine **out,
                                  struct err *err);

/* A dimension's name ("province") as `option` has it.  ST_INVALID lists them.
 */
MUST_USE enum status request_dimension(const char *option, const char *word,
                                       enum dimension *out, struct err *err);

/* The days of "2026-01..2026-06" or "2026-01-05..2026-01-11"; from one end
 * alone, as with --from, to the end of its month.  ST_INVALID names what is
 * wrong. */
MUST_USE enum status request_days(const char *option, const char *text,
                                  int32_t *from, int32_t *to, struct err *err);

/* Look the codes of --where up: a name becomes its code, and one that no table
 * knows is ST_NOTFOUND.  Dimensions without a table pass, and codes that are
 * empty.  The request then points into `codes`. */
MUST_USE enum status
request_resolve(struct request *r, const struct codes *codes, struct err *err);

/* What a person should know of a result that is not all there: on `out` a line
 * that begins with `program`, of codes that met no answers; and when there are
 * no rows one that says what was asked and where answers are. */
void request_remark(const struct request *r, const struct result *result,
                    const char *program, FILE *out);

#endif
