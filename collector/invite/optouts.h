/* optouts.h - who does not want to be asked, fetched from the collector before
 * every draw: there is no draw without it.
 *
 * 24 bytes each; who answered TD to a survey is there twice: as who was asked,
 * and as the number alone.
 */
#ifndef INVITE_OPTOUTS_H
#define INVITE_OPTOUTS_H

#include "collector/client.h"

#define OPTOUTS_MAX (UINT32_C(1) << 23)

struct optout {
    uint8_t respondent[ID_SIZE];
    int64_t at;
};

/* Zeroed before its first use. */
struct optouts {
    struct optout *list; /* sorted by respondent */
    size_t count, cap;
};

/* `ms`: how long one question may take. */
MUST_USE enum status optouts_fetch(struct sender *s, int64_t ms,
                                   struct optouts *out, struct err *err);
void optouts_free(struct optouts *o);

/* Whether this respondent opted out at or after `since`. */
bool optouts_has(const struct optouts *o, const uint8_t respondent[ID_SIZE],
                 int64_t since);

#endif
