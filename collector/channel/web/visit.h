/* visit.h - one request on a link: what was asked, what is known of it, and
 * what becomes of it.
 *
 * A visit is read from its request on the HTTP thread (visit_read).  What only
 * shows something goes on there, unless the collector is to be asked first;
 * what writes is done by the clerk, to whom it is a job and who does one at a
 * time: two presses, two tabs and two programs come one after the other.
 */
#ifndef WEB_VISIT_H
#define WEB_VISIT_H

#include "pass.h"
#include "slip.h"
#include "web.h"

/* What a page is asked for.  Anything else in the query is the front. */
enum show {
    SHOW_FRONT, /* the form, or what became of it */
    SHOW_FORM,
    SHOW_REVIEW,
    SHOW_PRIVACY,
    SHOW_COPY,
    SHOW_DELETE,
    SHOW_STOP,
    SHOWS
};
const char *show_word(enum show s);

enum act {
    ACT_NEXT,
    ACT_BACK,
    ACT_REVIEW,
    ACT_SUBMIT,
    ACT_SAVE,
    ACT_TURN, /* the same screen in another language or size */
    ACT_DELETE,
    ACT_STOP,
    ACTS
};

/* What the form's fields said, of every item whether it was asked or not. */
struct filled {
    uint8_t answer[ITEMS_MAX];
    uint8_t fault[ITEMS_MAX]; /* enum page_fault; FAULT_MISSING: not sent */
    size_t comment_len;
    char comment[COMMENT_MAX + 1]; /* masked */
};

/* What becomes of a POST. */
enum outcome {
    OUT_SEE,    /* 303: `see`, and the screen `see_at` */
    OUT_FAULTY, /* 422: the screen again, `faulty` says why */
    OUT_NOTICE  /* a page of one sentence */
};

struct visit {
    struct job job; /* first */
    struct web *web;
    struct pass pass;
    int64_t now;
    /* what was asked */
    enum show show;
    enum act act;
    bool post;
    bool large;
    bool correcting;              /* the form said that it is the correction */
    char at[ITEM_CODE_MAX + 1];   /* an item, or "" */
    char wish[PAGE_LANGUAGE_MAX]; /* the query's language, or "" */
    char accept[128];             /* Accept-Language, or "" */
    int64_t seen_at;              /* the form was made at, or 0 */
    struct filled *filled;        /* of a POST; the visit's own, or NULL */
    const struct survey *read_as; /* the survey that `filled` was read by */
    uint8_t random[2 * ID_SIZE];  /* of a POST: for an event's id, for a salt */
    /* what is known; see visit_load */
    bool told; /* `standing` is the collector's word, of whatever age */
    bool noted;
    struct standing standing;
    struct slip slip;
    const struct survey *survey; /* NULL: not known (yet) */
    char language[PAGE_LANGUAGE_MAX];
    uint8_t have[ITEMS_MAX];
    struct buffer copy;          /* the collector's reply to a copy, or empty */
    const struct survey *copied; /* what it is of */
    /* what became of it */
    enum outcome outcome;
    enum page_notice notice;
    enum show see;
    char see_at[ITEM_CODE_MAX + 1];
    uint8_t faulty[ITEMS_MAX];
    uint8_t given[ITEMS_MAX]; /* the answers of a response, for the outbox */
    bool started;             /* it was the first form of this link */
    struct metric *counts;    /* one more of these once it is durable */
};

/* ---- visit.c ---- */

/* From the request alone.  ST_INVALID: `*refused` says which page tells so.
 * The visit's fields `pass` and `web` are set. */
MUST_USE enum status visit_read(struct visit *v,
                                const struct http_request *request,
                                enum page_notice *refused);
/* Look up what is known: slip, standing, survey, language, have.  Again after
 * anything of it changed. */
MUST_USE enum status visit_load(struct visit *v, struct durable *table,
                                struct err *err);
void visit_free(struct visit *v); /* what it owns, not itself */

/* May the customer answer?  false: *notice tells why not; NOTICE_ANSWERED
 * includes the time in which a correction is possible. */
bool visit_may_answer(const struct visit *v, enum page_notice *notice);
/* Minutes left for the one correction, 0: none. */
int visit_minutes(const struct visit *v);
/* Thanked just now: the page that says so may be shown again. */
bool visit_recent(const struct visit *v);

/* The answers so far, one byte an item as in page.h. */
const uint8_t *visit_answers(const struct visit *v);
void visit_plan(const struct visit *v, struct page_plan *out);

/* ---- visit_fields.c ---- */

/* A form's fields, of a survey that is known.  ST_INVALID: not a form. */
MUST_USE enum status visit_fields(struct visit *v,
                                  const struct http_request *request,
                                  enum page_notice *refused);

/* ---- visit_page.c, visit_screen.c: answers ---- */

/* Show what was asked for, or what became of a POST. */
MUST_USE enum status visit_show(struct visit *v, struct http_answer *answer);
/* A page of one sentence with its right status; `v` may know no survey. */
MUST_USE enum status visit_notice(const struct visit *v, enum page_notice n,
                                  struct http_answer *answer);

/* The front of an open survey, of which `said[i]` is the hidden field `name[i]`
 * where it is not NULL. */
MUST_USE enum status visit_start(const struct visit *v, const char *query,
                                 const char *const *name,
                                 const char *const *said, size_t count,
                                 struct http_answer *answer);

/* ---- visit_copy.c: what is stored of the customer, for the customer ---- */

/* From the collector's reply (v->copy, may be empty) and what is here. */
MUST_USE enum status visit_gather(struct visit *v, struct page_copy *out,
                                  struct response list[ENTRIES + 1],
                                  uint8_t answers[ITEMS_MAX]);

/* ---- visit_write.c: the clerk's part ---- */

/* Decide what becomes of a POST and write it; a job's `write`. */
MUST_USE enum status visit_write(struct job *j, struct clerk *d, bool *wrote,
                                 struct err *err);

/* ---- visit_doors.c: a request on a link, or on a key of an open survey ----
 */

MUST_USE enum status visit_get(struct web *web, enum door door,
                               const struct http_request *request,
                               struct http_answer *answer);
MUST_USE enum status visit_post(struct web *web, enum door door,
                                const struct http_request *request,
                                struct http_answer *answer);

/* ---- visit_response.c ---- */

/* The response that the visit's answers make.  `answers` (items bytes) and the
 * visit own the views. */
void visit_response(const struct visit *v, uint8_t *answers,
                    struct submission *out);

#endif
