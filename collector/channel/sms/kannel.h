/* kannel.h - the HTTP interface of Kannel's smsbox, both ways.
 *
 * Sending is GET sendsms; what became of it comes back to a URL of ours that
 * carries the message's own name and a MAC over it, so that nobody can report
 * about a message who was not told its name.
 */
#ifndef SMS_KANNEL_H
#define SMS_KANNEL_H

#include "base/bytes.h"
#include "base/limits.h"
#include "collector/fetch.h"
#include "collector/token.h"
#include "talk.h"

struct kannel {
    const char *url; /* http://127.0.0.1:13013/cgi-bin/sendsms */
    const char *user;
    const char *password; /* the text itself */
    const char *port;     /* the number that we send from */
    const char *callback; /* how Kannel reaches us: http://127.0.0.1:7040 */
    const struct token_key *mac;
    int64_t validity_min; /* the network gives up after that */
};

struct kannel_message {
    const char *to;
    const char *text; /* UTF-8 */
    size_t len;
    const uint8_t *id; /* of the talk; NULL: no report is wanted */
    uint32_t seq;
};
/* Append the URL to call, with a NUL. */
MUST_USE enum status kannel_url(const struct kannel *k,
                                const struct kannel_message *m,
                                struct buffer *out);

/* What an answer to that means, with a word for the log and the funnel. */
enum call_result kannel_verdict(const struct fetch_answer *a,
                                const char **word);

/* A name and its MAC, as in the URL, are one of ours. */
MUST_USE bool kannel_name(const struct token_key *mac, const char *name,
                          const char *seal, uint8_t id[ID_SIZE], uint32_t *seq);

/* The bits of %d; ST_INVALID: nothing that we know. */
MUST_USE enum status kannel_report(const char *bits, enum report *out);
/* One word for the network's own reason (%A): "UNDELIV". */
void kannel_reason(const char *reply, char out[CODE_MAX + 1]);

/* A text as it came, in the charset that it claims, as UTF-8 without control
 * characters; what cannot be read becomes U+FFFD.  ST_NOMEM alone. */
MUST_USE enum status kannel_decode(const char *charset, const void *data,
                                   size_t len, struct buffer *out);

#endif
