/* wire_head.c - see wire_head.h. */
#include "wire_head.h"

#include "base/limits.h"
#include "collector/wire_scan.h"
#include "collector/wire_value.h"

#define TYPE_MAX 32

static bool is(const struct wire_value *key, const char *name)
{
    return key->len == strlen(name) && memcmp(key->data, name, key->len) == 0;
}

static bool read_type(const struct wire_value *v,
                      bool (*parse)(const char *, uint8_t *), uint8_t *out)
{
    char name[TYPE_MAX] = "";

    if (v->kind != WIRE_STR || v->len >= sizeof name)
        return false;
    memcpy(name, v->data, v->len);
    return parse(name, out);
}

enum reason wire_read_head(const uint8_t *frame, size_t len,
                           bool (*parse)(const char *, uint8_t *),
                           struct wire_head *out)
{
    const uint8_t *at = frame, *const end = frame + len;
    const enum reason scanned = wire_scan(frame, len);
    bool version = false, type = false, batch = false;
    struct wire_value map, key, value;

    *out = (struct wire_head){0};
    if (scanned != REASON_NONE)
        return scanned;
    if (!wire_token(&at, end, &map) || map.kind != WIRE_MAP)
        return REASON_MALFORMED;
    for (; map.len > 0 && !(version && type && batch); map.len--) {
        const uint8_t *start;

        if (!wire_token(&at, end, &key))
            return REASON_MALFORMED;
        start = at;
        if (!wire_token(&at, end, &value))
            return REASON_MALFORMED;
        if (value.kind == WIRE_ARRAY || value.kind == WIRE_MAP) {
            at = wire_skip(start, end);
        } else if (is(&key, "v")) {
            version = value.kind == WIRE_UINT && value.number == WIRE_VERSION;
        } else if (is(&key, "type")) {
            type = read_type(&value, parse, &out->type);
        } else if (is(&key, "batch") && value.kind == WIRE_UINT) {
            out->batch = value.number;
            batch = true;
        }
    }
    out->v = version ? WIRE_VERSION : 0;
    return !version ? REASON_PROTOCOL : !type ? REASON_TYPE : REASON_NONE;
}
