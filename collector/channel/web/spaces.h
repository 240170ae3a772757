/* spaces.h - what manyi-web keeps in the outbox's table, and under which keys.
 */
#ifndef WEB_SPACES_H
#define WEB_SPACES_H

#include "collector/client.h"

enum {
    SPACE_SLIPS = SENDER_SPACE, /* id -> slip */
    SPACE_ANSWERED,  /* answered_at (8 bytes), id -> "": what is to be scrubbed
                      */
    SPACE_CAMPAIGNS, /* number (2 bytes) -> its state, version and survey */
    SPACE_SURVEYS,   /* version -> YAML */
    SPACE_NEWEST     /* survey code -> version */
};

#endif
