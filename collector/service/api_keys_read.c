/* api_keys_read.c - one entry of api-keys.yaml, checked to the last word. */
#include <stdarg.h>
#include <stdlib.h>

#include "api_keys.h"
#include "base/bytes.h"
#include "clients.h"

/* Where we read and whom to tell. */
struct place {
    const char *path;
    struct err *err;
};

__attribute__((format(printf, 3, 4))) static enum status
refuse(struct place p, const struct yaml *at, const char *format, ...)
{
    char cause[ERR_MAX / 2];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(cause, sizeof cause, format, args);
    va_end(args);
    return err_set(p.err, ST_INVALID, "%s:%u:%u: %s", p.path, at->line,
                   at->column, cause);
}

static enum status take_name(struct place p, const struct yaml *v,
                             struct api_key *out)
{
    if (v->kind != YAML_TEXT || !client_name_legal(v->text))
        return refuse(p, v, "name: 1 to 32 of a-z, 0-9 and -");
    memcpy(out->name, v->text, strlen(v->text) + 1);
    return ST_OK;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) : -1;
}

static enum status take_hash(struct place p, const struct yaml *v,
                             struct api_key *out)
{
    const bool sized =
        v->kind == YAML_TEXT && strlen(v->text) == 2 * API_KEY_HASH;

    for (size_t i = 0; i < API_KEY_HASH; i++) {
        const int high = sized ? hex_digit(v->text[2 * i]) : -1;
        const int low = sized ? hex_digit(v->text[2 * i + 1]) : -1;

        if (high < 0 || low < 0)
            return refuse(p, v, "hash: 64 digits of 0-9 and a-f are wanted");
        out->hash[i] = (uint8_t)(high << 4 | low);
    }
    return ST_OK;
}

static enum status take_frames(struct place p, const struct yaml *v,
                               struct api_key *out)
{
    uint8_t frame;

    if (v->kind != YAML_LIST)
        return refuse(p, v, "frames: a list is wanted");
    for (size_t i = 0; i < v->count; i++) {
        const struct yaml *word = &v->child[i];

        if (word->kind != YAML_TEXT || !frame_parse(word->text, &frame))
            return refuse(p, word, "frames: unknown word");
        out->frames |= 1u << frame;
    }
    return ST_OK;
}

static int compare_texts(const void *a, const void *b)
{
    const char *const *x = a;
    const char *const *y = b;

    return strcmp(*x, *y);
}

static enum status take_codes(struct place p, const struct yaml *v, size_t max,
                              const char **text)
{
    if (v->kind != YAML_LIST || v->count == 0)
        return refuse(p, v,
                      "%s: a list of codes is wanted; leave it out for all",
                      v->key);
    for (size_t i = 0; i < v->count; i++) {
        const struct yaml *code = &v->child[i];

        if (code->kind != YAML_TEXT || code->text[0] == '\0' ||
            strlen(code->text) > max)
            return refuse(p, code, "%s: a code of 1 to %zu characters", v->key,
                          max);
        text[i] = code->text;
    }
    qsort(text, v->count, sizeof *text, compare_texts);
    return ST_OK;
}

/* *text moves on behind what was taken of it. */
static enum status take_field(struct place p, const struct yaml *v,
                              const char ***text, struct api_key *out)
{
    const char **codes = *text;
    enum status st;

    if (streq(v->key, "name"))
        return take_name(p, v, out);
    if (streq(v->key, "hash"))
        return take_hash(p, v, out);
    if (streq(v->key, "frames"))
        return take_frames(p, v, out);
    if (streq(v->key, "units")) {
        st = take_codes(p, v, CODE_MAX, codes);
        out->unit = codes;
        out->units = v->count;
    } else if (streq(v->key, "surveys")) {
        st = take_codes(p, v, SURVEY_CODE_MAX, codes);
        out->survey = codes;
        out->surveys = v->count;
    } else {
        return err_set(p.err, ST_INVALID, "%s:%u:%u: unknown key", p.path,
                       v->key_line, v->key_column);
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
    const struct place p = {path, err};
    struct api_key k = {.name = ""};
    enum status st = ST_OK;

    if (entry->kind != YAML_MAP)
        return refuse(p, entry, "a map of name, hash, frames ... is wanted");
    for (size_t i = 0; i < entry->count && st == ST_OK; i++)
        st = take_field(p, &entry->child[i], &text, &k);
    if (st != ST_OK)
        return st;
    if (api_key_lacks(&k))
        return refuse(p, entry, "%s", api_key_lacks(&k));
    *out = k;
    return ST_OK;
}
