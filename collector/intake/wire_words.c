/* wire_words.c - the names that stand for enums on the wire. */
#include "wire_words.h"

#define X(symbol, word) word,
static const char *const reasons[REASONS] = {WIRE_REASONS(X)};
#undef X

static const char *const states[INVITATION_STATES] = {
    "open", "answered", "closed", "expired", "unknown"};

static const char *const kinds[EVENT_KINDS] = {
    "delivered",   "started", "opt_out", "opt_in",    "delivery_report",
    "disposition", "sent",    "failed",  "not_fixed", "escalate"};

static const char *const actions[WIRE_ACTIONS] = {"set_aside", "release"};

static const char *const campaign_states[CAMPAIGN_STATES] = {
    "draft", "approved", "canary", "running", "paused", "closed"};

static const char *const purposes[PURPOSES] = {"relationship", "instant",
                                               "confirmation", "follow_up"};

static const char *const orders[CAMPAIGN_ACTIONS] = {
    "draft", "approve", "pause", "resume", "close"};

#define X(symbol, word) word,
static const char *const exclusions[EXCLUDED_REASONS] = {EXCLUSIONS(X)};
#undef X

static const char *const replies[WIRE_REPLIES] = {
    "ack",   "refused",   "survey",  "defined", "invitations",
    "state", "campaigns", "optouts", "copy"};

const char *reason_word(enum reason r)
{
    return reasons[r];
}

const char *invitation_state_name(enum invitation_state s)
{
    return states[s];
}

const char *event_kind_name(enum event_kind k)
{
    return kinds[k];
}

const char *campaign_state_name(enum campaign_state s)
{
    return campaign_states[s];
}

const char *campaign_purpose_name(enum campaign_purpose p)
{
    return purposes[p];
}

const char *campaign_action_name(enum campaign_action a)
{
    return orders[a];
}

const char *exclusion_word(enum exclusion e)
{
    return exclusions[e];
}

const char *wire_action_name(unsigned action)
{
    return actions[action];
}

const char *wire_reply_name(enum wire_reply r)
{
    return replies[r];
}

static bool find(const char *name, const char *const *names, size_t count,
                 uint8_t *out)
{
    for (size_t i = 0; i < count; i++)
        if (streq(name, names[i])) {
            *out = (uint8_t)i;
            return true;
        }
    return false;
}

bool wire_parse_reason(const char *name, uint8_t *out)
{
    /* a refusal for no reason is no refusal */
    return find(name, reasons, REASONS, out) && *out != REASON_NONE;
}

bool wire_parse_state(const char *name, uint8_t *out)
{
    return find(name, states, INVITATION_STATES, out);
}

bool wire_parse_campaign_state(const char *name, uint8_t *out)
{
    return find(name, campaign_states, CAMPAIGN_STATES, out);
}

bool campaign_purpose_parse(const char *name, uint8_t *out)
{
    return find(name, purposes, PURPOSES, out);
}

bool campaign_action_parse(const char *name, uint8_t *out)
{
    return find(name, orders, CAMPAIGN_ACTIONS, out);
}

bool wire_parse_kind(const char *name, uint8_t *out)
{
    return find(name, kinds, EVENT_KINDS, out);
}

bool wire_parse_action(const char *name, uint8_t *out)
{
    return find(name, actions, WIRE_ACTIONS, out);
}

bool wire_parse_reply(const char *name, uint8_t *out)
{
    return find(name, replies, WIRE_REPLIES, out);
}
