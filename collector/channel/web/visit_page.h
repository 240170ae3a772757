/* visit_page.h - what the answers to a visit are made with; shared by the files
 * that make them. */
#ifndef WEB_VISIT_PAGE_H
#define WEB_VISIT_PAGE_H

#include "counters.h"
#include "visit.h"

struct page visit_page_of(const struct visit *v, const char *query);
/* Takes the document that was written, and counts it. */
MUST_USE enum status visit_finish(struct html *h, enum counted_page counted,
                                  struct http_answer *answer);

/* Makes a page of which `what` and the visit's survey, language and size are
 * all there is to know. */
typedef void visit_maker(const struct visit *v, const void *ctx,
                         struct html *h);
MUST_USE enum status visit_from_shelf(const struct visit *v, const char *what,
                                      visit_maker *make, const void *ctx,
                                      enum counted_page counted,
                                      struct http_answer *answer);

/* ---- visit_screen.c ---- */

/* The screen with the item `at`, or the one that comes next. */
MUST_USE enum status visit_screen(const struct visit *v, enum show show,
                                  const char *at, const uint8_t *faults,
                                  struct http_answer *answer);

#endif
