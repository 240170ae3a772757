/* wire_words.h - the names that stand for enums on the wire. */
#ifndef INTAKE_WIRE_WORDS_H
#define INTAKE_WIRE_WORDS_H

#include "collector/wire.h"

enum wire_reply {
    WIRE_ACK,
    WIRE_REFUSED,
    WIRE_SURVEY,
    WIRE_DEFINED,
    WIRE_INVITATIONS,
    WIRE_STATE,
    WIRE_CAMPAIGNS,
    WIRE_OPTOUTS,
    WIRE_COPY,
    WIRE_REPLIES
};
#define WIRE_ACTIONS 2 /* enum review of store.h */

const char *wire_action_name(unsigned action);
const char *wire_reply_name(enum wire_reply r);

/* false: there is no such name. */
bool wire_parse_reason(const char *name, uint8_t *out);
bool wire_parse_campaign_state(const char *name, uint8_t *out);
bool wire_parse_state(const char *name, uint8_t *out);
bool wire_parse_kind(const char *name, uint8_t *out);
bool wire_parse_action(const char *name, uint8_t *out);
bool wire_parse_reply(const char *name, uint8_t *out);

#endif
