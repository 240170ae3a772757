/* pass.h - the right to answer, as an address carries it.
 *
 * An invited customer's is a token (/s/TOKEN).  Whoever reads the QR code of an
 * open survey is given a key of their own at the first press (/o/SURVEY/KEY):
 * a fresh id and what the code said of the place, sealed together, so that
 * nothing is kept before the first answer and pressing twice is one response.
 */
#ifndef WEB_PASS_H
#define WEB_PASS_H

#include "collector/token.h"
#include "surveys/response.h"

enum door { DOOR_INVITED, DOOR_OPEN };

#define PASS_OPEN_DAYS 2 /* that a key of an open survey counts */
#define PASS_KEY_MAX   160

struct pass {
    enum door door;
    uint8_t id[ID_SIZE]; /* that of the response */
    int64_t expires;
    uint16_t campaign;                /* of a token; 0: none */
    char survey[SURVEY_CODE_MAX + 1]; /* of an open survey */
    /* of an open survey: what its code said, "" where it did not */
    char province[CODE_MAX + 1], org[CODE_MAX + 1];
    char touchpoint[CODE_MAX + 1], operator[CODE_MAX + 1];
};

/* ST_INVALID: not a token of ours. */
MUST_USE enum status pass_invited(const struct token_key *key,
                                  const char *token, struct pass *out);

/* What a QR code says: the query's p, u, t, o and s, each NULL when it is not
 * there.  Any of them without the right seal is ST_INVALID.  Sets all but id
 * and expires. */
struct pass_words {
    const char *province, *org, *touchpoint, *operator, * seal;
};
MUST_USE enum status pass_words(const struct token_key *key, const char *survey,
                                const struct pass_words *w, struct pass *out);
/* The address's own key for it. */
void pass_open_key(const struct token_key *key, const struct pass *p,
                   const uint8_t id[ID_SIZE], char out[PASS_KEY_MAX]);
/* "SURVEY/KEY".  ST_INVALID: not of ours. */
MUST_USE enum status pass_open(const struct token_key *key, const char *path,
                               struct pass *out);

/* When a form was made, for its hidden field; it comes back as ms, or 0 when
 * it is not ours. */
#define PASS_SEEN_MAX 32
void pass_seen(const struct token_key *key, int64_t ms,
               char out[PASS_SEEN_MAX]);
int64_t pass_read_seen(const struct token_key *key, const char *text);

#endif
