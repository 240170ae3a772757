/* key.c - see key.h. */
#include "key.h"

#include <stddef.h>

#include "base/bytes.h"
#include "surveys/period.h"

static const char *const names[DIMENSIONS] = {
    [DIM_PERIOD] = "period",
    [DIM_OPERATOR] = "operator",
    [DIM_PRODUCT] = "product",
    [DIM_PROVINCE] = "province",
    [DIM_ORG] = "org",
    [DIM_CHANNEL] = "channel",
    [DIM_ENTRY] = "entry",
    [DIM_FRAME] = "frame",
    [DIM_TOUCHPOINT] = "touchpoint",
    [DIM_CLASS] = "class",
    [DIM_STRATUM] = "stratum",
    [DIM_ATTRIBUTE] = "attribute1",
    [DIM_ATTRIBUTE + 1] = "attribute2",
    [DIM_ATTRIBUTE + 2] = "attribute3",
    [DIM_ATTRIBUTE + 3] = "attribute4",
    [DIM_ATTRIBUTE + 4] = "attribute5",
    [DIM_ATTRIBUTE + 5] = "attribute6",
    [DIM_ATTRIBUTE + 6] = "attribute7",
    [DIM_ATTRIBUTE + 7] = "attribute8"};

/* Where a dimension lies in struct context. */
static const struct {
    enum dimension dimension;
    bool text; /* CODE_MAX + 1 characters, else one byte */
    size_t at;
} order[] = {
    {DIM_FRAME, false, offsetof(struct context, frame)},
    {DIM_OPERATOR, true, offsetof(struct context, operator)},
    {DIM_PRODUCT, true, offsetof(struct context, product)},
    {DIM_PROVINCE, true, offsetof(struct context, province)},
    {DIM_CHANNEL, false, offsetof(struct context, channel)},
    {DIM_ENTRY, false, offsetof(struct context, entry)},
    {DIM_ORG, true, offsetof(struct context, org)},
    {DIM_TOUCHPOINT, true, offsetof(struct context, touchpoint)},
    {DIM_CLASS, true, offsetof(struct context, class)},
    {DIM_STRATUM, true, offsetof(struct context, stratum)},
    {DIM_ATTRIBUTE, false, offsetof(struct context, attributes)},
    {DIM_ATTRIBUTE + 1, false, offsetof(struct context, attributes) + 1},
    {DIM_ATTRIBUTE + 2, false, offsetof(struct context, attributes) + 2},
    {DIM_ATTRIBUTE + 3, false, offsetof(struct context, attributes) + 3},
    {DIM_ATTRIBUTE + 4, false, offsetof(struct context, attributes) + 4},
    {DIM_ATTRIBUTE + 5, false, offsetof(struct context, attributes) + 5},
    {DIM_ATTRIBUTE + 6, false, offsetof(struct context, attributes) + 6},
    {DIM_ATTRIBUTE + 7, false, offsetof(struct context, attributes) + 7},
};
enum { ORDER = sizeof order / sizeof *order };

#define BIT(d) (1u << (d))
static const uint32_t kept[LAYERS] = {
    [LAYER_DAY] = BIT(DIMENSIONS) - 1,
    [LAYER_MONTH] = BIT(DIM_PERIOD) | BIT(DIM_OPERATOR) | BIT(DIM_PRODUCT) |
                    BIT(DIM_PROVINCE) | BIT(DIM_CHANNEL) | BIT(DIM_ENTRY) |
                    BIT(DIM_FRAME) | BIT(DIM_STRATUM),
    [LAYER_FIT] = BIT(DIM_PERIOD) | BIT(DIM_OPERATOR) | BIT(DIM_PRODUCT) |
                  BIT(DIM_PROVINCE) | BIT(DIM_STRATUM) | BIT(DIM_FRAME),
    [LAYER_NATION] = BIT(DIM_PERIOD) | BIT(DIM_FRAME)};

const char *dimension_name(enum dimension d)
{
    return names[d];
}

bool layer_keeps(enum layer layer, enum dimension d)
{
    return kept[layer] & BIT(d);
}

/* Where people's weights are told apart: strata go with their rate. */
static bool keeps_rate(enum layer layer)
{
    return layer_keeps(layer, DIM_STRATUM);
}

static void add(struct cell_key *k, const void *data, size_t len)
{
    memcpy(k->bytes + k->len, data, len);
    k->len = (uint8_t)(k->len + len);
}

static void add32(struct cell_key *k, uint32_t v)
{
    const uint8_t bytes[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16),
                              (uint8_t)(v >> 8), (uint8_t)v};

    add(k, bytes, sizeof bytes);
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

#define SIGN UINT32_C(0x80000000) /* turned, so that days before 1970 sort */

void cell_key_begin(uint32_t form, int32_t when, struct cell_key *out)
{
    memset(out, 0, sizeof *out);
    add32(out, form);
    add32(out, (uint32_t)when ^ SIGN);
}

void cell_key(const struct cell *c, enum layer layer, struct cell_key *out)
{
    cell_key_begin(c->form,
                   layer == LAYER_DAY ? c->when : period_month(c->when), out);
    for (size_t i = 0; i < ORDER; i++) {
        const char *p = (const char *)&c->context + order[i].at;

        if (layer_keeps(layer, order[i].dimension))
            add(out, p, order[i].text ? strlen(p) + 1 : 1);
    }
    if (keeps_rate(layer))
        add32(out, c->rate_ppm);
}

/* One field of a key at *at. */
static bool take(const uint8_t **at, const uint8_t *end, bool text, char *out)
{
    const size_t left = (size_t)(end - *at);
    const uint8_t *stop;

    if (!left)
        return false;
    if (!text) {
        *out = (char)*(*at)++;
        return true;
    }
    stop = memchr(*at, 0, left < CODE_MAX + 1 ? left : CODE_MAX + 1);
    if (!stop)
        return false;
    memcpy(out, *at, (size_t)(stop - *at));
    *at = stop + 1;
    return true;
}

enum status cell_parse_begin(const uint8_t *key, size_t len, struct cell *out)
{
    if (len < 8 || len > CELL_KEY_MAX)
        return ST_CORRUPT;
    memset(out, 0, sizeof *out);
    out->form = get32(key);
    out->when = (int32_t)(get32(key + 4) ^ SIGN);
    return ST_OK;
}

enum status cell_parse(enum layer layer, const uint8_t *key, size_t len,
                       struct cell *out)
{
    const uint8_t *at = key + 8, *end = key + len;
    struct cell c;

    if (cell_parse_begin(key, len, &c) != ST_OK)
        return ST_CORRUPT;
    for (size_t i = 0; i < ORDER; i++)
        if (layer_keeps(layer, order[i].dimension) &&
            !take(&at, end, order[i].text, (char *)&c.context + order[i].at))
            return ST_CORRUPT;
    if (keeps_rate(layer)) {
        if (end - at != 4)
            return ST_CORRUPT;
        c.rate_ppm = get32(at);
        at += 4;
    }
    if (at != end || c.context.channel >= CHANNELS ||
        c.context.entry >= ENTRIES || c.context.frame >= FRAMES)
        return ST_CORRUPT;
    *out = c;
    return ST_OK;
}

static const char *text_of(const struct cell *c, enum dimension d)
{
    for (size_t i = 0; i < ORDER; i++)
        if (order[i].dimension == d)
            return (const char *)&c->context + order[i].at;
    return "";
}

void cell_code(const struct cell *c, enum dimension d, char out[CODE_MAX + 1])
{
    char text[PERIOD_TEXT] = "";
    const char *p = text;

    if (d == DIM_PERIOD)
        period_format_month(c->when, text);
    else if (d == DIM_CHANNEL)
        p = channel_name(c->context.channel);
    else if (d == DIM_ENTRY)
        p = entry_name(c->context.entry);
    else if (d == DIM_FRAME)
        p = frame_name(c->context.frame);
    else if (d < DIM_ATTRIBUTE)
        p = text_of(c, d);
    else if (c->context.attributes[d - DIM_ATTRIBUTE])
        snprintf(text, sizeof text, "%d",
                 c->context.attributes[d - DIM_ATTRIBUTE]);
    snprintf(out, CODE_MAX + 1, "%s", p);
}
