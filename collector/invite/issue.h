/* issue.h - an invitation for an event that was drawn. */
#ifndef INVITE_ISSUE_H
#define INVITE_ISSUE_H

#include "audience.h"
#include "collector/contact.h"
#include "collector/token.h"

struct issue {
    const struct audience *audience;
    const struct codes *codes;
    const struct token_key *token_key;
    uint8_t contact_key[CONTACT_KEY_SIZE]; /* of the gateway that sends */
    uint16_t campaign;                     /* its number */
    uint8_t version[HASH_SIZE];            /* of the survey, as approved */
};

/* `sealed` holds the contact and must live as long as *out.  ST_RANGE: it does
 * not fit. */
MUST_USE enum status issue_make(const struct issue *how, const struct event *e,
                                uint32_t serial, uint8_t sealed[CONTACT_MAX],
                                struct invitation *out);

/* When somebody drawn is asked: between the plan's delays behind `asked_at`,
 * so that nobody knows when, and staff who wait beside them wait in vain. */
int64_t issue_due(const struct audience *a, const struct event *e);

#endif
