/* check.h - may this response, or this invitation, be taken?
 *
 * Everything that does not need the store: rights, questions, codes on the
 * local day of the event, times.  No input reaches an assert.
 */
#ifndef INTAKE_CHECK_H
#define INTAKE_CHECK_H

#include "collector/wire.h"
#include "surveys/codes.h"

/* A clock may run this far ahead of ours before we mend what it says. */
#define CLOCK_AHEAD_MS (5 * 60 * 1000)

struct check {
    const struct client *client; /* who sends */
    const struct survey *survey;
    const struct codes *codes;
    int64_t now; /* ms: when it was received */
};

/* Check what a decoded submission says and complete it: version, received_at,
 * times that lie ahead (FLAG_CLOCK), flags that are not a gateway's to set,
 * `salt` when it has none. */
MUST_USE enum reason check_submission(const struct check *c,
                                      const uint8_t salt[ID_SIZE],
                                      struct submission *s);
/* *wrong: the field of a REASON_FIELD. */
MUST_USE enum reason check_sample(const struct check *c,
                                  const struct wire_sample *s,
                                  const char **wrong);
MUST_USE enum reason check_plan(const struct check *c,
                                const struct campaign_plan *p,
                                const char **wrong);
MUST_USE enum reason check_invitation(const struct check *c,
                                      const struct invitation *i);

#endif
