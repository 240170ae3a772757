/* trouble.c - why questions get no answer, in words. */
#include "wire.h"

static const struct {
    const char *word;
    enum status status;
} troubles[TROUBLE_KINDS] = {
#define X(symbol, word, status) {word, status},
    TROUBLES(X)
#undef X
};

const char *trouble_word(enum trouble t)
{
    return troubles[t].word;
}

enum status trouble_status(enum trouble t)
{
    return troubles[t].status;
}

bool trouble_parse(const char *word, enum trouble *out)
{
    for (int t = TROUBLE_NONE + 1; t < TROUBLE_KINDS; t++)
        if (streq(troubles[t].word, word)) {
            *out = (enum trouble)t;
            return true;
        }
    return false;
}

enum trouble trouble_of(enum status st)
{
    switch (st) {
    case ST_INVALID:
        return TROUBLE_INVALID;
    case ST_RANGE:
        return TROUBLE_RANGE;
    case ST_NOTFOUND:
        return TROUBLE_NOT_FOUND;
    case ST_REFUSED:
        return TROUBLE_REFUSED;
    case ST_NUMERIC:
        return TROUBLE_NUMERIC;
    case ST_BUSY:
        return TROUBLE_TIME;
    case ST_NOMEM:
        return TROUBLE_MEMORY;
    default:
        return TROUBLE_STORE;
    }
}
