/* fills.h - what the {placeholders} of a survey stand for on a page.
 *
 * As manyi-invite fills them for an SMS, from what the collector said of the
 * invitation: {op}, {product}, {touch} by the code tables, {date} the day of
 * the event.  The others, and those that nobody told, are as the definition
 * says; but a date is never an example: where it is not known none is told.
 */
#ifndef WEB_FILLS_H
#define WEB_FILLS_H

#include "page.h"
#include "standing.h"
#include "surveys/codes.h"

#define FILLS_MAX     4
#define FILL_TEXT_MAX 48

struct fills {
    size_t count;
    struct page_pair pair[FILLS_MAX]; /* of the texts below and the survey */
    char text[FILLS_MAX][FILL_TEXT_MAX + 1];
};

/* `told` NULL: the collector said nothing; `codes` NULL: no names. */
void fills_of(const struct survey *s, const struct standing *told,
              const struct codes *codes, const char *language,
              struct fills *out);

#endif
