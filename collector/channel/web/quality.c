/* quality.c - see quality.h. */
#include "quality.h"

/* Nobody reads and answers a question in less. */
#define FAST_MS 1000
/* Fewer scale items alike, and no other, are no sign of anything. */
#define STRAIGHT_MIN 6

static bool straight(const struct survey *s, const uint8_t *answers)
{
    uint8_t first = 0;
    size_t n = 0;

    for (size_t i = 0; i < s->items; i++) {
        if (s->item[i].kind != ITEM_SCALE || !answers[i])
            continue;
        if (n++ && answers[i] != first)
            return false;
        first = answers[i];
    }
    return n >= STRAIGHT_MIN;
}

uint32_t quality_flags(const struct survey *s, const uint8_t *answers,
                       int64_t duration_ms)
{
    int64_t given = 0;
    uint32_t flags = 0;

    for (size_t i = 0; i < s->items; i++)
        given += answers[i] != 0;
    if (duration_ms >= 0 && duration_ms < given * FAST_MS)
        flags |= FLAG_FAST;
    if (straight(s, answers))
        flags |= FLAG_STRAIGHT;
    return flags;
}
