/* webhook.h - warnings to other machines by HTTP POST.
 *
 * Each target gets every warning, in the order of numbers, until it says 2xx;
 * then the next.  What it has taken is durable, beside the ledger's events, so
 * a killed process goes on where it was and may say one thing twice, by the
 * same id.  A target that is down, slow or wrong is tried again after 1 s, 2 s,
 * 4 s ... up to an hour, each by half more or less at random, and holds up no
 * other; a warning that is older than the plan's days then, and was refused
 * once more, is put on the list of the dead and the next one's turn comes.
 * README.md says what is sent and how it is signed.
 */
#ifndef WARN_WEBHOOK_H
#define WARN_WEBHOOK_H

#include "ledger.h"

enum { WEBHOOK_TARGETS_MAX = 8, WEBHOOK_URL_MAX = 512 };

struct webhook_plan {
    const char *urls; /* parted by commas */
    const char *key;  /* file of the secret */
    int64_t give_up_ms;
    uint64_t seed;
};

struct webhook;
/* A target that was not known before gets what comes from now on.  ST_INVALID:
 * a URL that is neither https nor http to this machine; ST_REFUSED: others may
 * read the secret. */
MUST_USE enum status webhook_new(const struct webhook_plan *plan,
                                 struct ledger *l, struct webhook **out,
                                 struct err *err);
void webhook_free(struct webhook **w);
/* Take answers, send what is due at `now` (ms).  Never waits. */
MUST_USE enum status webhook_step(struct webhook *w, int64_t now,
                                  struct err *err);

/* What no target took, by target and number. */
typedef enum status webhook_dead_fn(void *ctx, const char *url,
                                    uint64_t number);
MUST_USE enum status webhook_dead(struct ledger *l, webhook_dead_fn *fn,
                                  void *ctx, struct err *err);

/* ---- its parts ---- */

bool webhook_legal(const char *url, size_t len);
/* The body of one warning: a CloudEvent 1.0, structured. */
MUST_USE enum status webhook_body(const struct warning *w, const char *ledger,
                                  struct buffer *out);
/* "v1,BASE64" of HMAC-SHA256 over "ID.TIMESTAMP.BODY". */
enum { WEBHOOK_KEY = 32, WEBHOOK_SIGNATURE = 3 + 44 + 1 };
void webhook_sign(const uint8_t key[WEBHOOK_KEY], const char *id,
                  int64_t seconds, const void *body, size_t len,
                  char out[WEBHOOK_SIGNATURE]);
/* Before the attempt after `failed` ones, ms. */
int64_t webhook_pause(uint64_t seed, unsigned failed);

#endif
