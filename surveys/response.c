/* response.c - see surveys/response.h. */
#include "surveys/response.h"

#include <string.h>

#include "surveys/answer.h"
#include "surveys/utf8.h"

static const char *const entries[ENTRIES] = {"own", "ivr", "paper", "keyed"};
static const char *const channels[CHANNELS] = {"sms", "web", "agent"};
static const char *const frames[FRAMES] = {"invited",   "open",     "third",
                                           "regulator", "internal", "test"};

static bool parse(const char *const *names, size_t count, const char *name,
                  uint8_t *out)
{
    for (size_t i = 0; i < count; i++)
        if (streq(names[i], name)) {
            *out = (uint8_t)i;
            return true;
        }
    return false;
}

const char *entry_name(enum entry e)
{
    return entries[e];
}

const char *channel_name(enum channel c)
{
    return channels[c];
}

const char *frame_name(enum frame f)
{
    return frames[f];
}

bool entry_parse(const char *name, uint8_t *out)
{
    return parse(entries, ENTRIES, name, out);
}

bool channel_parse(const char *name, uint8_t *out)
{
    return parse(channels, CHANNELS, name, out);
}

bool frame_parse(const char *name, uint8_t *out)
{
    return parse(frames, FRAMES, name, out);
}

void response_id(int64_t ms, const uint8_t random[ID_SIZE],
                 uint8_t out[ID_SIZE])
{
    uint64_t clock = (uint64_t)ms;

    memcpy(out, random, ID_SIZE);
    for (int i = 5; i >= 0; i--, clock >>= 8)
        out[i] = (uint8_t)clock;
    out[6] = (uint8_t)(0x70 | (out[6] & 0x0f)); /* version 7 */
    out[8] = (uint8_t)(0x80 | (out[8] & 0x3f)); /* variant of RFC 9562 */
}

bool response_id_legal(const uint8_t id[ID_SIZE])
{
    return (id[6] & 0xf0) == 0x70 && (id[8] & 0xc0) == 0x80;
}

static enum status check_context(const struct context *c,
                                 const struct survey *s, struct err *err)
{
    if (c->channel >= CHANNELS)
        return err_set(err, ST_INVALID, "unknown channel %u", c->channel);
    if (c->entry >= ENTRIES)
        return err_set(err, ST_INVALID, "unknown entry %u", c->entry);
    if (c->frame >= FRAMES)
        return err_set(err, ST_INVALID, "unknown frame %u", c->frame);
    if (s->product[0] && !streq(c->product, s->product))
        return err_set(err, ST_INVALID, "product '%s': %s asks about %s",
                       c->product, s->code, s->product);
    for (size_t i = 0; i < ATTRIBUTES_MAX; i++) {
        bool known = c->attributes[i] == 0;

        for (size_t k = 0; i < s->attributes && k < s->attribute[i].values; k++)
            known =
                known || s->attribute[i].value[k].code == (int)c->attributes[i];
        if (!known)
            return err_set(err, ST_INVALID,
                           "attribute %zu: %s declares no value %u", i + 1,
                           s->code, c->attributes[i]);
    }
    return ST_OK;
}

static enum status check_answers(const struct response *r,
                                 const struct survey *s, struct err *err)
{
    if (r->items != s->items)
        return err_set(err, ST_INVALID, "%zu answers, %s has %zu items",
                       r->items, s->code, s->items);
    for (size_t i = 0; i < r->items; i++)
        if (!answer_legal(&s->item[i], r->answers[i]))
            return err_set(err, ST_INVALID, "%s: stored answer %u is not legal",
                           s->item[i].code, r->answers[i]);
    return ST_OK;
}

enum status response_check(const struct response *r, const struct survey *s,
                           struct err *err)
{
    enum status st;

    if (!response_id_legal(r->id))
        return err_set(err, ST_INVALID, "the id is no UUIDv7");
    if (memcmp(r->version, s->version, HASH_SIZE))
        return err_set(err, ST_INVALID, "not the version of %s given", s->code);
    st = check_answers(r, s, err);
    if (st == ST_OK)
        st = check_context(&r->context, s, err);
    if (st != ST_OK)
        return st;
    if (r->comment_len && s->comment == SIZE_MAX)
        return err_set(err, ST_INVALID, "a comment, and %s asks for none",
                       s->code);
    if (r->comment_len > COMMENT_MAX)
        return err_set(err, ST_INVALID, "comment of %zu bytes, at most %d",
                       r->comment_len, COMMENT_MAX);
    if (utf8_valid(r->comment, r->comment_len) < r->comment_len)
        return err_set(err, ST_INVALID, "the comment is not UTF-8");
    if (r->comment_len && memchr(r->comment, 0, r->comment_len))
        return err_set(err, ST_INVALID, "a NUL byte in the comment");
    return ST_OK;
}
