/* wire_scan.c - see wire_scan.h. */
#include "collector/wire_scan.h"

#include <assert.h>

#include "base/limits.h"
#include "collector/wire_value.h"

struct level {
    size_t left; /* values still to come */
    bool map;
};

/* Walk from *at through one value and all that is in it. */
static enum reason walk(const uint8_t **at, const uint8_t *end)
{
    struct level levels[WIRE_DEPTH_MAX] = {{.left = 1}};
    size_t depth = 0;

    for (;;) {
        struct wire_value v;
        bool key;

        while (levels[depth].left == 0)
            if (depth-- == 0)
                return REASON_NONE;
        if (!wire_token(at, end, &v))
            return REASON_MALFORMED;
        key = levels[depth].map && levels[depth].left % 2 == 0;
        levels[depth].left--;
        if (key && v.kind != WIRE_STR)
            return REASON_MALFORMED;
        if (v.kind == WIRE_ARRAY || v.kind == WIRE_MAP) {
            const size_t left = v.kind == WIRE_MAP ? 2 * v.len : v.len;

            if (left > (size_t)(end - *at))
                return REASON_MALFORMED;
            if (v.len > BATCH_MAX)
                return REASON_COUNT;
            if (++depth == WIRE_DEPTH_MAX)
                return REASON_DEPTH;
            levels[depth] = (struct level){left, v.kind == WIRE_MAP};
        }
    }
}

enum reason wire_scan(const uint8_t *frame, size_t len)
{
    const uint8_t *at = frame;
    enum reason why;

    if (len == 0 || len > MESSAGE_MAX)
        return REASON_SIZE;
    why = walk(&at, frame + len);
    return why == REASON_NONE && at != frame + len ? REASON_MALFORMED : why;
}

const uint8_t *wire_skip(const uint8_t *at, const uint8_t *end)
{
    enum reason why = walk(&at, end);

    assert(why == REASON_NONE); /* wire_scan has been here */
    return at;
}
