/* api_keys_read.c - one entry of api-keys.yaml, checked to the last word. */
#include "api_keys.h"
#include "base/bytes.h"
#include "list_read.h"

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) : -1;
}

static enum status take_hash(struct list_place p, const struct yaml *v,
                             struct api_key *out)
{
    const bool sized =
        v->kind == YAML_TEXT && strlen(v->text) == 2 * API_KEY_HASH;

    for (size_t i = 0; i < API_KEY_HASH; i++) {
        const int high = sized ? hex_digit(v->text[2 * i]) : -1;
        const int low = sized ? hex_digit(v->text[2 * i + 1]) : -1;

        if (high < 0 || low < 0)
            return list_refuse(p, v,
                               "hash: 64 digits of 0-9 and a-f are wanted");
        out->hash[i] = (uint8_t)(high << 4 | low);
    }
    return ST_OK;
}

/* *text moves on behind what was taken of it. */
static enum status take_field(struct list_place p, const struct yaml *v,
                              const char ***text, struct api_key *out)
{
    static const char wanted[] = "codes is wanted; leave it out for all";
    const char **codes = *text;
    enum status st;

    if (streq(v->key, "name"))
        return list_read_name(p, v, out->name);
    if (streq(v->key, "hash"))
        return take_hash(p, v, out);
    if (streq(v->key, "frames"))
        return list_read_set(p, v, frame_parse, &out->frames);
    if (streq(v->key, "units")) {
        st = list_read_codes(p, v, CODE_MAX, wanted, codes);
        out->unit = codes;
        out->units = v->count;
    } else if (streq(v->key, "surveys")) {
        st = list_read_codes(p, v, SURVEY_CODE_MAX, wanted, codes);
        out->survey = codes;
        out->surveys = v->count;
    } else {
        return list_refuse_key(p, v);
    }
    *text += v->count;
    return st;
}

const char *api_key_lacks(const struct api_key *k)
{
    if (!k->name[0])
        return "name: missing";
    if (bytes_zero(k->hash, sizeof k->hash))
        return "hash: missing";
    if (!k->frames)
        return "frames: none given, so it can submit nothing";
    return NULL;
}

enum status api_key_read(const char *path, const struct yaml *entry,
                         const char **text, struct api_key *out,
                         struct err *err)
{
    const struct list_place p = {path, err};
    struct api_key k = {.name = ""};
    enum status st = ST_OK;

    if (entry->kind != YAML_MAP)
        return list_refuse(p, entry,
                           "a map of name, hash, frames ... is wanted");
    for (size_t i = 0; i < entry->count && st == ST_OK; i++)
        st = take_field(p, &entry->child[i], &text, &k);
    if (st != ST_OK)
        return st;
    if (api_key_lacks(&k))
        return list_refuse(p, entry, "%s", api_key_lacks(&k));
    *out = k;
    return ST_OK;
}
