/* feed_json.c - a feed as JSON lines.  Keys come in much the same order line
 * by line, so each is looked for first behind the one before it. */
#include "feed_state.h"

static size_t learn(struct feed *f, const char *name)
{
    struct feed_key *key;

    if (strlen(name) >= KEY_BYTES || f->keys == KEYS_MAX)
        return NO_SLOT;
    key = &f->key[f->keys++];
    memcpy(key->name, name, strlen(name) + 1);
    key->slot = feed_slot(f, name);
    if (key->slot == NO_SLOT)
        feed_ignore(f, name);
    return key->slot;
}

static size_t slot_of(struct feed *f, const char *name)
{
    for (size_t i = 0; i < f->keys; i++) {
        const size_t k = (f->guess + i) % f->keys;

        if (!streq(f->key[k].name, name))
            continue;
        f->guess = k + 1;
        return f->key[k].slot;
    }
    return learn(f, name);
}

static enum status refuse(const struct feed *f, const char *key,
                          const char *cause, struct err *err)
{
    return err_set(err, ST_INVALID, "%s:%llu: %s%s%s", f->options.shown,
                   (unsigned long long)feed_lines_number(f->lines), key,
                   *key ? ": " : "", cause);
}

/* The texts of a list, with semicolons between. */
static enum status join(struct feed *f, const struct json_value *list,
                        struct csv_field *out, const char *key, struct err *err)
{
    enum status st = ST_OK;

    f->list.len = 0;
    for (size_t i = 0; i < json_count(list) && st == ST_OK; i++) {
        const char *text = json_text(json_at(list, i));

        if (!text)
            return refuse(f, key, "a list of texts is wanted", err);
        st = buffer_add(&f->list, text, strlen(text));
        if (st == ST_OK)
            st = buffer_byte(&f->list, ';');
    }
    if (st == ST_OK)
        st = buffer_byte(&f->list, '\0');
    if (st != ST_OK)
        return err_set(err, st, "out of memory");
    *out = (struct csv_field){(const char *)f->list.data, f->list.len - 1};
    return ST_OK;
}

static enum status take(struct feed *f, const char *key, size_t slot,
                        const struct json_value *v, struct csv_field *out,
                        struct err *err)
{
    int64_t number;
    bool yes;

    if (out->len)
        return refuse(f, key, "told twice", err);
    switch (json_kind(v)) {
    case JSON_IS_TEXT:
        *out = (struct csv_field){json_text(v), strlen(json_text(v))};
        return ST_OK;
    case JSON_IS_NULL:
        return ST_OK;
    case JSON_IS_BOOL:
        (void)json_bool(v, &yes);
        *out = yes ? (struct csv_field){"yes", 3} : (struct csv_field){"no", 2};
        return ST_OK;
    case JSON_IS_INTEGER:
        (void)json_whole(v, &number);
        (void)snprintf(f->number[slot], sizeof f->number[slot], "%lld",
                       (long long)number);
        *out = (struct csv_field){f->number[slot], strlen(f->number[slot])};
        return ST_OK;
    case JSON_IS_ARRAY:
        if (slot == FEED_STAFF_NUMBERS)
            return join(f, v, out, key, err);
        break;
    default:
        break;
    }
    return refuse(f, key, "one value is wanted", err);
}

static enum status take_object(struct feed *f, const struct json_value *object,
                               bool nested, struct feed_row *row,
                               struct err *err)
{
    const struct json_value *v;
    const char *key;
    void *at = NULL;
    enum status st = ST_OK;

    while (st == ST_OK && json_next(object, &at, &key, &v)) {
        const size_t slot = slot_of(f, key);

        if (slot != NO_SLOT)
            st = take(f, key, slot, v, &row->slot[slot], err);
        else if (!nested && streq(key, "attributes") &&
                 json_kind(v) == JSON_IS_OBJECT)
            st = take_object(f, v, true, row, err);
    }
    return st;
}

enum status feed_json_open(struct feed *f, struct err *err)
{
    return feed_lines_open(f->path, &f->lines, err);
}

enum status feed_json_next(struct feed *f, struct feed_row *out,
                           struct err *err)
{
    const char *text = NULL;
    size_t len = 0;
    struct err cause;
    enum status st = feed_lines_next(f->lines, &text, &len, err);

    if (st != ST_OK)
        return st;
    json_free(&f->document);
    st = json_read(text, len, &f->document, &cause);
    if (st == ST_NOMEM)
        return err_set(err, st, "out of memory");
    if (st != ST_OK)
        return refuse(f, "", cause.text, err);
    if (json_kind(json_root(f->document)) != JSON_IS_OBJECT)
        return refuse(f, "", "an object is wanted", err);
    for (size_t i = 0; i < FEED_SLOTS; i++)
        out->slot[i] = (struct csv_field){"", 0};
    return take_object(f, json_root(f->document), false, out, err);
}
