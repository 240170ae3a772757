/* drawing.h - one draw, or the preflight of one: the files, the connection, and
 * what is known so far.  drawing_prepare, _ask and _read in this order; then
 * the draw alone goes on with _put.
 */
#ifndef INVITE_DRAWING_H
#define INVITE_DRAWING_H

#include "audience.h"
#include "collector/bad.h"
#include "collector/progress.h"
#include "collector/source.h"
#include "collector/token.h"

struct drawing_options {
    const char *plan, *feed; /* files; the feed may be "-" */
    const char *encoding;    /* of a CSV feed */
    bool skip_bad;
    bool only_look; /* a preflight: no campaign is needed, nothing is made */
};

struct drawing {
    const struct drawing_options *options;
    int64_t now;
    struct plan *plan;
    struct codes *codes;
    struct aliases *aliases;
    struct person_key person;
    struct token_key token_key;
    uint8_t contact_key[32];
    const char *path; /* of the feed, or of the copy of standard input */
    char spooled[32];
    int spool;
    struct source source;

    struct sender *sender;
    struct state state;
    struct campaign campaign; /* of a draw */
    struct survey *survey;
    struct optouts optouts;
    struct buffer closed; /* names of campaigns that are over, each with NUL */

    struct audience audience;
    struct draw_note note;
    uint64_t ignored; /* columns that nobody asked for */
    struct bad_rows bad;
    struct progress progress;
};

/* Zeroes *d first; drawing_free in any case. */
MUST_USE enum status drawing_prepare(struct drawing *d,
                                     const struct drawing_options *o,
                                     struct err *err);
/* The collector: campaign, survey, opt-outs.  Without it there is no draw. */
MUST_USE enum status drawing_ask(struct drawing *d, struct err *err);
/* First pass, and who is drawn. */
MUST_USE enum status drawing_read(struct drawing *d, struct err *err);
/* Second pass: everything in one commit, and owed then. */
MUST_USE enum status drawing_put(struct drawing *d, struct err *err);
void drawing_free(struct drawing *d);

/* For both passes. */
struct feed;
MUST_USE enum status drawing_open_feed(const struct drawing *d,
                                       struct feed **out, struct err *err);
/* The next row that is not empty.  ST_NOTFOUND at the end; ST_INVALID: a bad
 * one. */
struct feed_row;
MUST_USE enum status drawing_row(struct feed *f, struct feed_row *out,
                                 struct err *err);
/* The event in it; ST_INVALID. */
MUST_USE enum status drawing_event(const struct drawing *d,
                                   const struct feed *f,
                                   const struct feed_row *row,
                                   struct event *out, struct err *err);

#endif
