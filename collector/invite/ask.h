/* ask.h - what the collector is asked before and beside a draw. */
#ifndef INVITE_ASK_H
#define INVITE_ASK_H

#include "collector/client.h"
#include "surveys/survey.h"

typedef enum status ask_campaign_fn(void *ctx, const struct campaign *c);
/* Every campaign that the collector tells of. */
MUST_USE enum status ask_campaigns(struct sender *s, ask_campaign_fn *fn,
                                   void *ctx, struct err *err);
/* Give an order; each campaign that it was about. */
MUST_USE enum status ask_order(struct sender *s, const struct campaign_order *o,
                               ask_campaign_fn *fn, void *ctx, struct err *err);
/* A survey's definition; `version` NULL: the newest. */
MUST_USE enum status ask_survey(struct sender *s, const char *code,
                                const uint8_t *version, struct survey **out,
                                struct err *err);
/* How long a question may take. */
int64_t ask_ms(void);

#endif
