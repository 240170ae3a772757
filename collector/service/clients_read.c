/* clients_read.c - one entry of clients.yaml, checked to the last word.
 *
 * A right that is misspelt must not be a right that is silently missing, so
 * anything unknown is refused with file:line:column.
 */
#include <stdarg.h>
#include <stdlib.h>

#include "clients.h"

static const char *const right_names[RIGHTS] = {
    [RIGHT_SUBMIT] = "submit",     [RIGHT_DESCRIBE] = "describe",
    [RIGHT_DEFINE] = "define",     [RIGHT_INVITE] = "invite",
    [RIGHT_PULL] = "pull",         [RIGHT_INVITATION] = "invitation",
    [RIGHT_EVENT] = "event",       [RIGHT_REVIEW] = "review",
    [RIGHT_ERASE] = "erase",       [RIGHT_SAMPLE] = "sample",
    [RIGHT_CAMPAIGN] = "campaign", [RIGHT_CAMPAIGNS] = "campaigns",
    [RIGHT_OPTOUTS] = "optouts",   [RIGHT_COPY] = "copy",
};

const char *right_name(enum right r)
{
    return right_names[r];
}

bool right_parse(const char *name, uint8_t *out)
{
    for (size_t i = 0; i < RIGHTS; i++)
        if (streq(right_names[i], name)) {
            *out = (uint8_t)i;
            return true;
        }
    return false;
}

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

bool client_name_legal(const char *name)
{
    const size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return len >= 1 && len <= 32 && name[len] == '\0';
}

static enum status take_name(struct place p, const struct yaml *v,
                             struct client *out)
{
    if (v->kind != YAML_TEXT || !client_name_legal(v->text))
        return refuse(p, v, "name: 1 to 32 of a-z, 0-9 and -");
    memcpy(out->name, v->text, strlen(v->text) + 1);
    return ST_OK;
}

static enum status take_key(struct place p, const struct yaml *v,
                            struct client *out)
{
    if (v->kind != YAML_TEXT || !key_legal(v->text))
        return refuse(p, v, "key: not 40 characters of Z85");
    memcpy(out->key, v->text, sizeof out->key);
    return ST_OK;
}

typedef bool parse_fn(const char *name, uint8_t *out);

static enum status take_set(struct place p, const struct yaml *v,
                            parse_fn *parse, uint32_t *out)
{
    uint32_t set = 0;
    uint8_t bit;

    if (v->kind != YAML_LIST)
        return refuse(p, v, "%s: a list is wanted", v->key);
    for (size_t i = 0; i < v->count; i++) {
        const struct yaml *word = &v->child[i];

        if (word->kind != YAML_TEXT || !parse(word->text, &bit))
            return refuse(p, word, "%s: unknown word", v->key);
        set |= 1u << bit;
    }
    *out = set;
    return ST_OK;
}

static int compare_texts(const void *a, const void *b)
{
    const char *const *x = a;
    const char *const *y = b;

    return strcmp(*x, *y);
}

static enum status take_units(struct place p, const struct yaml *v,
                              const char **unit, struct client *out)
{
    if (v->kind != YAML_LIST || v->count == 0)
        return refuse(p, v,
                      "units: a list of province or org codes is wanted; "
                      "leave it out for every unit");
    for (size_t i = 0; i < v->count; i++) {
        const struct yaml *code = &v->child[i];

        if (code->kind != YAML_TEXT || code->text[0] == '\0' ||
            strlen(code->text) > CODE_MAX)
            return refuse(p, code, "units: a code of 1 to %d characters",
                          CODE_MAX);
        unit[i] = code->text;
    }
    qsort(unit, v->count, sizeof *unit, compare_texts);
    out->unit = unit;
    out->units = v->count;
    return ST_OK;
}

static enum status take_field(struct place p, const struct yaml *v,
                              const char **unit, struct client *out)
{
    if (streq(v->key, "name"))
        return take_name(p, v, out);
    if (streq(v->key, "key"))
        return take_key(p, v, out);
    if (streq(v->key, "types"))
        return take_set(p, v, right_parse, &out->types);
    if (streq(v->key, "channels"))
        return take_set(p, v, channel_parse, &out->channels);
    if (streq(v->key, "frames"))
        return take_set(p, v, frame_parse, &out->frames);
    if (streq(v->key, "units"))
        return take_units(p, v, unit, out);
    return err_set(p.err, ST_INVALID, "%s:%u:%u: unknown key", p.path,
                   v->key_line, v->key_column);
}

/* A key that may submit nothing by any channel is a slip, not a wish. */
const char *client_lacks(const struct client *c)
{
    const bool submits = c->types & 1u << RIGHT_SUBMIT;

    if (!c->name[0])
        return "name: missing";
    if (!c->key[0])
        return "key: missing";
    if (!c->types)
        return "types: none given";
    if (submits && !c->channels)
        return "channels: none given, so it can submit nothing";
    if (submits && !c->frames)
        return "frames: none given, so it can submit nothing";
    return NULL;
}

enum status client_read(const char *path, const struct yaml *entry,
                        const char **unit, struct client *out, struct err *err)
{
    const struct place p = {path, err};
    struct client c = {0};
    enum status st = ST_OK;

    if (entry->kind != YAML_MAP)
        return refuse(p, entry, "a map of name, key, types ... is wanted");
    for (size_t i = 0; i < entry->count && st == ST_OK; i++)
        st = take_field(p, &entry->child[i], unit, &c);
    if (st != ST_OK)
        return st;
    if (client_lacks(&c))
        return refuse(p, entry, "%s", client_lacks(&c));
    *out = c;
    return ST_OK;
}
