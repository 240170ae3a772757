/* pace.c - see pace.h. */
#include "pace.h"

#include <assert.h>
#include <stdlib.h>

#include "base/bytes.h"

#define WAYS 4

struct place {
    uint64_t who;
    uint32_t minute;
    uint32_t count;
};

struct pace {
    size_t sets;
    uint32_t a_minute;
    struct place place[];
};

enum status pace_new(size_t sets, unsigned a_minute, struct pace **out)
{
    struct pace *p;

    assert(sets && (sets & (sets - 1)) == 0);
    p = calloc(1, sizeof *p + sets * WAYS * sizeof p->place[0]);
    if (!p)
        return ST_NOMEM;
    p->sets = sets;
    p->a_minute = a_minute;
    *out = p;
    return ST_OK;
}

void pace_free(struct pace **p)
{
    free(*p);
    *p = NULL;
}

static bool older(const struct place *a, const struct place *b)
{
    return a->minute != b->minute ? a->minute < b->minute : a->count < b->count;
}

bool pace_allows(struct pace *p, const uint8_t id[ID_SIZE], int64_t now_ms)
{
    const uint64_t who = bytes_get64(id + 8);
    const uint32_t minute = (uint32_t)(now_ms / 60000);
    struct place *const set = &p->place[(who & (p->sets - 1)) * WAYS];
    struct place *at = set;

    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].who == who && set[i].minute == minute) {
            if (set[i].count >= p->a_minute)
                return false;
            set[i].count++;
            return true;
        }
        if (set[i].who == who || older(&set[i], at))
            at = &set[i];
        if (set[i].who == who)
            break;
    }
    *at = (struct place){.who = who, .minute = minute, .count = 1};
    return p->a_minute > 0;
}
