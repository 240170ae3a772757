/* roles.h - which item of a survey asks what: overall satisfaction, whether
 * people complained and how that went, whether they stay and recommend.
 *
 *     overall    the first item of the construct that is the index
 *     complaint  the choice that the variants of a scale item depend on, and
 *                the answer of the first of these: "how was your complaint
 *                handled?" stands before "suppose that you complained"
 *     handling   that scale item
 *     loyalty    LOY1, else the first item of the construct LOY
 *     recommend  LOY2 on 0-10 or 1-10, else the overall item where it is on
 *                0-10: "how likely are you to recommend us?"
 *
 * As in the questionnaires that come with manyi; others are told by options.
 */
#ifndef MEND_ROLES_H
#define MEND_ROLES_H

#include "scorer/kind.h"

/* Indices of items; SIZE_MAX: the survey does not ask it. */
struct roles {
    size_t overall, complaint, handling, loyalty, recommend;
    int complained; /* the answer to `complaint`, as people give it */
};

/* By the survey, and the settings item, complaint, handling, loyalty and nps
 * of the query.  ST_INVALID with the cause: an item that does not fit; one that
 * this survey lacks is not asked. */
MUST_USE enum status roles_of(const struct survey *s, const struct query *q,
                              struct roles *out, struct err *err);

/* How a scale is cut: satisfied from here on, fair from here on.  Of 1-10 and
 * 0-10 from 9 and 7, of 1-5 from 4 and 3, unless the settings satisfied and
 * fair say so.  *out.known false: they have to.  ST_INVALID: off the scale. */
struct cut {
    bool known;
    int satisfied, fair;
};
MUST_USE enum status cut_of(const struct item *item, const struct query *q,
                            struct cut *out, struct err *err);

/* 0-10 or 1-10. */
bool is_ten(const struct item *item);

#endif
