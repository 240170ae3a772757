/* phrases.h - what the gateway itself says, and how a message is put together.
 *
 * Each phrase has a text in zh-CN and en here; a YAML file of the operator's
 * may say it otherwise, or in more languages:
 *
 *     signature: {zh-CN: 【中国电信】, en: "[China Telecom] "}
 *     thanks: {zh-CN: 已收到您的评价，谢谢！}
 *
 * The signature stands before every message.
 */
#ifndef SMS_PHRASES_H
#define SMS_PHRASES_H

#include "base/bytes.h"
#include "collector/contact.h"
#include "talk.h"

struct phrases;

/* `path` "": only our own.  Messages are file:line:column: cause. */
MUST_USE enum status phrases_load(const char *path, struct phrases **out,
                                  struct err *err);
void phrases_free(struct phrases **p);

struct phrase_request {
    enum talk_say say;
    const char *language;
    const struct talk *talk;       /* NULL: to a stranger */
    const struct survey *survey;   /* likewise */
    const struct contact *contact; /* likewise */
    const char *link;              /* what the token is appended to; "" none */
};
/* Append one message as UTF-8. */
MUST_USE enum status phrase_say(const struct phrases *p,
                                const struct phrase_request *r,
                                struct buffer *out);

#endif
