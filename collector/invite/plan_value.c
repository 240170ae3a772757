/* plan_value.c - see plan_value.h. */
#include "plan_value.h"

#include <math.h>
#include <stdlib.h>

#include "surveys/period.h"
#include "surveys/word.h"

enum status plan_refuse(const struct plan_place *at, const struct yaml *v,
                        const char *cause)
{
    return err_set(at->err, ST_INVALID, "%s:%u:%u: %s%s%s", at->path, v->line,
                   v->column, v->key ? v->key : "", v->key ? ": " : "", cause);
}

static enum status read_text(const struct plan_place *at, const struct yaml *v,
                             const struct plan_key *key, char *out)
{
    static const char small[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    const size_t len = strlen(v->text);
    char cause[64];

    if (!len)
        return plan_refuse(at, v, "a text is wanted");
    if (len >= key->size) {
        (void)snprintf(cause, sizeof cause, "longer than %zu bytes",
                       key->size - 1);
        return plan_refuse(at, v, cause);
    }
    if (key->kind == PLAN_NAME && v->text[strspn(v->text, small)])
        return plan_refuse(at, v, "only a-z, 0-9 and hyphens");
    for (const char *c = v->text; key->kind == PLAN_WORD && *c; c++)
        if (*c <= ' ' || *c > '~')
            return plan_refuse(at, v, "only ASCII without blanks");
    memset(out, 0, key->size);
    memcpy(out, v->text, len);
    return ST_OK;
}

static enum status read_number(const struct plan_place *at,
                               const struct yaml *v, const struct plan_key *key,
                               void *out)
{
    const bool whole = key->kind == PLAN_WHOLE;
    char cause[96], *end = NULL;
    double value = NAN;
    int64_t scaled;

    if (*v->text && strchr("0123456789.", *v->text))
        value = strtod(v->text, &end);
    if (!(value >= key->min && value <= key->max) || *end ||
        (whole && value != floor(value))) {
        (void)snprintf(cause, sizeof cause, "a %snumber of %g to %g is wanted",
                       whole ? "whole " : "", key->min, key->max);
        return plan_refuse(at, v, cause);
    }
    if (whole) {
        scaled = (int64_t)value * (int64_t)key->size;
        memcpy(out, &scaled, sizeof scaled);
    } else {
        memcpy(out, &value, sizeof value);
    }
    return ST_OK;
}

static enum status read_share(const struct plan_place *at, const struct yaml *v,
                              uint32_t *out)
{
    struct word w;

    word_trim(&(struct csv_field){v->text, strlen(v->text)}, &w);
    if (streq(w.text, "0") || streq(w.text, "0%"))
        *out = 0;
    else if (!word_rate(&w, out))
        return plan_refuse(at, v, "a share is wanted: 0.05, or 5%");
    return ST_OK;
}

static enum status read_day(const struct plan_place *at, const struct yaml *v,
                            bool last, int64_t *out)
{
    struct err cause;
    int32_t day;

    if (period_parse_day(v->text, last, &day, &cause) != ST_OK)
        return plan_refuse(at, v, cause.text);
    *out = period_start(last ? day + 1 : day);
    return ST_OK;
}

static enum status read_hash(const struct plan_place *at, const struct yaml *v,
                             uint8_t out[32])
{
    if (strlen(v->text) != 64 || v->text[strspn(v->text, "0123456789abcdef")])
        return plan_refuse(at, v,
                           "64 lower-case hexadecimal digits are wanted");
    for (size_t i = 0; i < 32; i++) {
        const char pair[3] = {v->text[2 * i], v->text[2 * i + 1], '\0'};

        out[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return ST_OK;
}

enum status plan_value(const struct plan_place *at, const struct yaml *v,
                       const struct plan_key *key, void *into)
{
    char *out = (char *)into + key->offset;

    if (key->kind == PLAN_OWN)
        return key->read(at, v, into);
    if (key->kind == PLAN_MAP)
        return plan_map(at, v, key->keys, key->size, into);
    if (v->kind != YAML_TEXT)
        return plan_refuse(at, v, "one value is wanted");
    switch (key->kind) {
    case PLAN_WHOLE:
    case PLAN_REAL:
        return read_number(at, v, key, out);
    case PLAN_SHARE:
        return read_share(at, v, (uint32_t *)(void *)out);
    case PLAN_DAY:
    case PLAN_DAY_END:
        return read_day(at, v, key->kind == PLAN_DAY_END,
                        (int64_t *)(void *)out);
    case PLAN_HASH:
        return read_hash(at, v, (uint8_t *)out);
    default:
        return read_text(at, v, key, out);
    }
}

enum status plan_map(const struct plan_place *at, const struct yaml *map,
                     const struct plan_key *keys, size_t count, void *into)
{
    enum status st = ST_OK;

    if (map->kind != YAML_MAP)
        return plan_refuse(at, map, "a map is wanted");
    for (size_t i = 0; i < map->count && st == ST_OK; i++) {
        const struct yaml *v = &map->child[i];
        size_t k = 0;

        while (k < count && !streq(v->key, keys[k].name))
            k++;
        st = k < count ? plan_value(at, v, &keys[k], into)
                       : plan_refuse(at, v, "unknown key");
    }
    return st;
}
