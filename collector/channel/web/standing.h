/* standing.h - what the collector said last about invitations.
 *
 * A table of fixed size, so that a thousand views of a page are one question:
 * what is younger than STANDING_FRESH_MS is taken as it is.  Older news still
 * tells which survey and language an invitation is of.  What does not fit is
 * asked again.  Any thread.
 */
#ifndef WEB_STANDING_H
#define WEB_STANDING_H

#include "collector/wire.h"

#define STANDING_FRESH_MS 10000

struct standing {
    uint8_t id[ID_SIZE];
    int64_t at;    /* told at, ms; 0: never */
    uint8_t state; /* enum invitation_state */
    uint8_t items; /* how many of `have` were told; 0: none answered */
    char survey[SURVEY_CODE_MAX + 1];
    uint8_t version[HASH_SIZE];
    char language[36];
    char operator[CODE_MAX + 1], product[CODE_MAX + 1];
    char touchpoint[CODE_MAX + 1];
    int64_t event_at;
    uint8_t have[ITEMS_MAX];
};

struct standings;

/* `sets` is a power of two; four invitations each. */
MUST_USE enum status standings_new(size_t sets, struct standings **out);
void standings_free(struct standings **s);

/* false: nothing is known, and *out is untouched. */
bool standings_get(struct standings *s, const uint8_t id[ID_SIZE],
                   struct standing *out);
void standings_put(struct standings *s, const struct standing *told);

/* From the collector's words. */
void standing_of(const struct wire_invitation_state *told, int64_t now,
                 struct standing *out);

#endif
