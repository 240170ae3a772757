/* page.h - the pages that a customer sees, and what is on which screen.
 *
 * Plain structs in, HTML out: nothing here knows HTTP, the disk or a clock.  A
 * page is one response without script, cookie or third party; its style is in
 * it and allowed by its hash (page_csp).
 *
 * Addresses: every page of a link or an open survey lives at one path, so all
 * links are queries ("?show=review&lang=en&size=large") and forms post to the
 * same path.  A page never holds its own token.
 *
 *   query      show=form|review|privacy|copy|delete|stop   which page
 *              at=CODE      the screen with that item (show=form)
 *              lang=TAG     size=large                     kept by every link
 *   form       do=next|back|review|submit|save|turn|start|delete|stop
 *              at=CODE      the first item of the screen that was sent
 *              CODE=answer  of each item; "-" is PAGE_UNSURE; absent: nothing
 *              PAGE_TRAP    filled in by robots alone
 *              and the caller's own hidden fields
 *
 * A screen's form sends the items' fields with every `do`, also submit (there
 * is but one screen), back, and turn: the same screen in the language and size
 * of the query.  Item codes begin with a capital, all other
 * names with a small letter.
 */
#ifndef PAGE_H
#define PAGE_H

#include "collector/html.h"
#include "surveys/response.h"
#include "surveys/survey.h"

/* A draft's byte for "do not know, did not use it"; 0 is not yet answered, and
 * any other is as stored.  (SCALE_MAX leaves 255 free.) */
#define PAGE_UNSURE        255
#define PAGE_TRAP          "website"
#define PAGE_COMMENT_CHARS 600 /* of a textarea; 3 bytes each < COMMENT_MAX */
#define PAGE_LANGUAGE_MAX  36  /* with its NUL */

/* ---- what is asked where ---- */

enum page_setting { PAGES_ONE, PAGES_CONSTRUCT };

/* The screens, from 1, of what is to be asked as far as the answers tell.  An
 * item is left out (screen 0) when it was answered elsewhere (`have`), or its
 * filter does not hold.  One whose filter is not decided yet lies on a later
 * screen than what decides it, so a screen's own answers never change what is
 * on it or before it; on PAGES_ONE the variants of an item stand side by side
 * instead. */
struct page_plan {
    size_t screens;            /* 0: nothing is left to be asked */
    uint8_t screen[ITEMS_MAX]; /* of each item; 0: not asked */
    uint8_t number[ITEMS_MAX]; /* as people count the questions, from 1 */
    size_t questions;
};
/* `answers`: one byte an item; `have`: 1 of those answered elsewhere, or NULL
 * for none. */
void page_plan(const struct survey *s, enum page_setting setting,
               const uint8_t *answers, const uint8_t *have,
               struct page_plan *out);
/* The first item of a screen; SIZE_MAX when there is no such screen. */
size_t page_first(const struct survey *s, const struct page_plan *plan,
                  size_t screen);
/* The first screen with a question that has no answer yet, or 0.  (The comment
 * may stay empty.) */
size_t page_open(const struct survey *s, const struct page_plan *plan,
                 const uint8_t *answers);
/* Forget answers to questions that are not asked (any more): what is stored
 * must agree with the filters.  Those in `have` are 0 anyway. */
void page_prune(const struct page_plan *plan, size_t items, uint8_t *answers);

/* ---- what comes back ---- */

enum page_fault {
    FAULT_NONE,
    FAULT_MISSING, /* no choice was made */
    FAULT_INVALID, /* not an answer to this question */
    FAULT_LONG     /* the comment is over COMMENT_MAX bytes */
};
/* One field's value (NULL: not sent) of a scale or choice item.  *answer is
 * left alone unless FAULT_NONE. */
enum page_fault page_read(const struct item *it, const char *value,
                          uint8_t *answer);
/* Of the text item; the text is the caller's to mask and keep. */
enum page_fault page_read_comment(const char *value);

/* ---- languages ---- */

/* The best of the survey's languages (`s` NULL: of the page's own) for what the
 * query asks for, else the browser's Accept-Language; either may be NULL. */
void page_language(const struct survey *s, const char *wish, const char *accept,
                   char out[PAGE_LANGUAGE_MAX]);
bool page_right_to_left(const char *language);

/* ---- pages ---- */

/* By configuration; any text may be "". */
struct page_site {
    const char *name;       /* who asks, as customers know them */
    const char *phone;      /* to answer by telephone instead */
    const char *hours;      /* "8:00-20:00" */
    const char *icp;        /* 京ICP备12345678号 */
    const char *police;     /* 京公网安备11010102000001号 */
    const char *controller; /* privacy notice: full name, address, contact */
    const char *contact;
    const char *notice; /* its version */
    int keep_months;    /* answers are kept; 0: not said */
};

struct page {
    const struct page_site *site;
    const struct survey *survey; /* NULL: none is known */
    const char *language;        /* page_language */
    bool large;
    const char *query; /* of this page without lang and size: "show=review" */
    bool owned; /* a customer's own link: copy, delete and stop are offered */
};

struct page_pair { /* a {placeholder} and its text; a hidden field */
    const char *name;
    const char *value;
};

/* What was filled in so far. */
struct page_sheet {
    const struct page_plan *plan;
    const uint8_t *answers; /* one byte an item */
    const uint8_t *faults;  /* enum page_fault of each item, or NULL */
    const char *comment;
    const struct page_pair *fill; /* else the survey's own */
    size_t fills;
    const struct page_pair *hidden; /* put into the form */
    size_t hiddens;
    bool resumed; /* say that earlier answers were kept */
    bool correct; /* it is the one correction */
};

/* The Content-Security-Policy of all pages; any length below the header's. */
#define PAGE_CSP_MAX 256
void page_csp(char out[PAGE_CSP_MAX]);

/* All of these write one whole document; html->st tells. */
void page_form(struct html *h, const struct page *p, const struct page_sheet *f,
               size_t screen);
void page_review(struct html *h, const struct page *p,
                 const struct page_sheet *f);
/* An open survey before its first question: do=start. */
void page_start(struct html *h, const struct page *p,
                const struct page_sheet *f);
/* `minutes`: a correction is possible for so long (show=form); 0: no. */
void page_thanks(struct html *h, const struct page *p, int minutes);

enum page_notice {
    NOTICE_ANSWERED, /* 200 or 410: this link was used; with `minutes` left a
                        correction is offered by page_thanks instead */
    NOTICE_EXPIRED,  /* 410 */
    NOTICE_UNKNOWN,  /* 404: no such link */
    NOTICE_CLOSED,   /* 410: the survey is over */
    NOTICE_MISSING,  /* 404: no such page */
    NOTICE_BAD,      /* 400: the form could not be read */
    NOTICE_METHOD,   /* 405 */
    NOTICE_LARGE,    /* 413 */
    NOTICE_MANY,     /* 429: too often, try in a minute */
    NOTICE_BUSY,     /* 503: not kept, please try again */
    NOTICE_DELETED,  /* 200: all answers of this link are deleted */
    NOTICE_STOPPED,  /* 200: will not be asked again */
    NOTICE_NO_COPY,  /* 200: nothing is stored for this link */
    NOTICE_WAIT,     /* 503: the copy cannot be had just now */
    NOTICE_SAVED,    /* 200: the draft is kept, do=save */
    PAGE_NOTICES
};
void page_notice(struct html *h, const struct page *p, enum page_notice n);

void page_privacy(struct html *h, const struct page *p);
/* What is stored about this link's answers.  `waiting`: some have not reached
 * the collector yet. */
struct page_copy {
    const struct response *list;
    size_t count;
    bool waiting;
};
void page_copy(struct html *h, const struct page *p, const struct page_copy *c);

enum page_wish { PAGE_DELETE, PAGE_STOP };
/* "Are you sure": posts do=delete or do=stop. */
void page_confirm(struct html *h, const struct page *p, enum page_wish w,
                  const struct page_pair *hidden, size_t hiddens);

#endif
