/* ledger.c - see ledger.h. */
#include "ledger.h"

#include <pthread.h>
#include <stdlib.h>

#include <sodium.h>

#include "base/limits.h"

enum { EVENTS = 1, KNOWN = 2, FACTS = 3 };
enum { MARK = 16 }; /* of a known one: its number, since, day */

struct ledger {
    struct durable *table;
    char *path;
    size_t openers;
    uint64_t last;
    int32_t judged;
    char name[2 * ID_SIZE + 1];
    struct ledger *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct ledger *opened;

/* ---- opening ---- */

static enum status see_number(void *ctx, const uint8_t *key, size_t len,
                              const uint8_t *value, size_t value_len)
{
    (void)value;
    (void)value_len;
    if (len != 8)
        return ST_CORRUPT;
    *(uint64_t *)ctx = bytes_get64(key);
    return ST_OK;
}

/* ---- facts: the name, and the last day that was looked at ---- */

static struct durable_key fact(const char *name)
{
    return (struct durable_key){FACTS, name, strlen(name)};
}

static enum status put_fact(struct ledger *l, const char *name,
                            const void *data, size_t len, struct err *err)
{
    enum status st = durable_begin(l->table, err);

    if (st == ST_OK)
        st = durable_put(l->table, fact(name), data, len, err);
    if (st == ST_OK)
        st = durable_commit(l->table, err);
    if (st != ST_OK)
        durable_rollback(l->table);
    return st;
}

static enum status read_facts(struct ledger *l, struct err *err)
{
    struct buffer name = {.data = NULL}, day = {.data = NULL};
    uint8_t random[ID_SIZE];
    enum status st = durable_get(l->table, fact("name"), &name, err);

    if (st == ST_NOTFOUND) {
        randombytes_buf(random, sizeof random);
        st = put_fact(l, "name", random, sizeof random, err);
        if (st == ST_OK)
            st = buffer_add(&name, random, sizeof random);
    }
    if (st == ST_OK)
        st = durable_get(l->table, fact("judged"), &day, err);
    l->judged = INT32_MIN;
    if (st == ST_OK && day.len == 8)
        l->judged = (int32_t)(uint32_t)bytes_get64(day.data);
    if (st == ST_NOTFOUND)
        st = ST_OK;
    if (st == ST_OK && name.len != ID_SIZE)
        st = err_set(err, ST_CORRUPT, "%s: no name", l->path);
    if (st == ST_OK)
        bytes_hex(name.data, ID_SIZE, l->name);
    buffer_free(&name);
    buffer_free(&day);
    return st;
}

static enum status open_new(const char *path, struct ledger **out,
                            struct err *err)
{
    struct ledger *l = calloc(1, sizeof *l);
    enum status st = ST_NOMEM;

    if (l && (l->path = strdup(path)) != NULL)
        st = durable_open(path, LEDGER_APPLICATION, &l->table, err);
    if (st == ST_OK)
        st = durable_walk(l->table, (struct durable_key){EVENTS, "", 0}, NULL,
                          see_number, &l->last, err);
    if (st == ST_OK)
        st = read_facts(l, err);
    if (st == ST_OK) {
        l->openers = 1;
        l->next = opened;
        *out = opened = l;
    } else if (l) {
        durable_close(&l->table);
        free(l->path);
        free(l);
    }
    return st;
}

enum status ledger_open(const char *path, struct ledger **out, struct err *err)
{
    struct ledger *l;
    enum status st = ST_OK;

    pthread_mutex_lock(&lock);
    for (l = opened; l && !streq(l->path, path); l = l->next)
        ;
    if (l) {
        l->openers++;
        *out = l;
    } else {
        st = open_new(path, out, err);
    }
    pthread_mutex_unlock(&lock);
    return st;
}

struct ledger *ledger_shared(void)
{
    struct ledger *l;

    pthread_mutex_lock(&lock);
    l = opened;
    if (l)
        l->openers++;
    pthread_mutex_unlock(&lock);
    return l;
}

void ledger_close(struct ledger **l)
{
    struct ledger **at = &opened;

    if (!*l)
        return;
    pthread_mutex_lock(&lock);
    if (--(*l)->openers == 0) {
        while (*at != *l)
            at = &(*at)->next;
        *at = (*l)->next;
        durable_close(&(*l)->table);
        free((*l)->path);
        free(*l);
    }
    pthread_mutex_unlock(&lock);
    *l = NULL;
}

struct durable *ledger_table(struct ledger *l)
{
    return l->table;
}

int32_t ledger_judged(const struct ledger *l)
{
    return l->judged;
}

const char *ledger_name(const struct ledger *l)
{
    return l->name;
}

uint64_t ledger_last(const struct ledger *l)
{
    return l->last;
}

/* ---- what is known ---- */

static enum status add_text(struct buffer *b, const char *text)
{
    return buffer_add(b, text, strlen(text) + 1);
}

/* The series; the day comes behind it. */
static enum status series_key(const struct warning *w, struct buffer *b)
{
    const char *const texts[] = {w->construct, w->item, w->chart, w->direction};
    enum status st = buffer_add(b, w->form, HASH_SIZE);

    for (size_t i = 0; i < 4 && st == ST_OK; i++)
        st = add_text(b, texts[i]);
    for (size_t i = 0; i < w->by_count && st == ST_OK; i++) {
        st = buffer_byte(b, (uint8_t)(w->by[i] + 1));
        if (st == ST_OK)
            st = add_text(b, w->cell[i]);
    }
    return st == ST_OK ? buffer_byte(b, 0) : st;
}

static void put_days(uint8_t out[8], int32_t first, int32_t last)
{
    bytes_put64(out, (uint64_t)(uint32_t)first << 32 | (uint32_t)last);
}

struct looking {
    const struct warning *w;
    uint64_t number; /* 0: not known */
};

static enum status see_known(void *ctx, const uint8_t *key, size_t key_len,
                             const uint8_t *value, size_t len)
{
    struct looking *k = ctx;
    uint64_t days;

    (void)key;
    (void)key_len;
    if (len != MARK)
        return ST_CORRUPT;
    days = bytes_get64(value + 8);
    if ((int32_t)(uint32_t)days >= k->w->since &&
        (int32_t)(uint32_t)(days >> 32) <= k->w->day)
        k->number = bytes_get64(value);
    return k->number ? ST_STOPPED : ST_OK;
}

static enum status put(struct ledger *l, const struct warning *w,
                       struct buffer *key, struct err *err)
{
    struct buffer text = {.data = NULL};
    uint8_t number[8], day[8], mark[MARK];
    enum status st = event_write(w, &text);

    bytes_put64(number, w->number);
    bytes_put64(day, (uint64_t)w->day);
    bytes_put64(mark, w->number);
    put_days(mark + 8, w->since, w->day);
    if (st == ST_OK)
        st = buffer_add(key, day, sizeof day);
    if (st == ST_OK)
        st = durable_put(l->table, (struct durable_key){EVENTS, number, 8},
                         text.data, text.len, err);
    if (st == ST_OK)
        st = durable_put(l->table,
                         (struct durable_key){KNOWN, key->data, key->len}, mark,
                         MARK, err);
    buffer_free(&text);
    return st;
}

/* Find it or give it the number behind *last. */
static enum status enter(struct ledger *l, struct warning *w, int64_t now,
                         uint64_t *last, struct err *err)
{
    struct looking k = {w, 0};
    struct buffer key = {.data = NULL};
    enum status st = series_key(w, &key);

    if (st == ST_OK)
        st = durable_walk(l->table,
                          (struct durable_key){KNOWN, key.data, key.len}, NULL,
                          see_known, &k, err);
    if (st == ST_OK) {
        w->number = k.number ? k.number : *last + 1;
        w->stored_at = now;
        if (!k.number)
            st = put(l, w, &key, err);
        if (!k.number && st == ST_OK)
            ++*last;
    }
    buffer_free(&key);
    return st;
}

enum status ledger_store(struct ledger *l, struct ledger_entry *entry,
                         struct err *err)
{
    uint64_t last = l->last;
    uint8_t day[8];
    enum status st = durable_begin(l->table, err);

    bytes_put64(day, (uint32_t)entry->judged);
    for (size_t i = 0; i < entry->count && st == ST_OK; i++)
        st = enter(l, &entry->list[i], entry->now, &last, err);
    if (st == ST_OK)
        st = durable_put(l->table, fact("judged"), day, sizeof day, err);
    if (st == ST_OK)
        st = durable_commit(l->table, err);
    if (st == ST_OK) {
        l->last = last;
        l->judged = entry->judged;
    } else {
        durable_rollback(l->table);
    }
    return st;
}

/* ---- reading ---- */

struct walking {
    ledger_fn *fn;
    void *ctx;
    struct err *err;
};

static enum status see_event(void *ctx, const uint8_t *key, size_t key_len,
                             const uint8_t *value, size_t len)
{
    struct walking *w = ctx;
    struct event e;
    enum status st;

    (void)key;
    if (key_len != 8)
        return ST_CORRUPT;
    st = event_unpack(value, len, &e, w->err);
    if (st == ST_OK) {
        st = w->fn(w->ctx, &e, value, len);
        event_close(&e);
    }
    return st;
}

enum status ledger_walk(struct ledger *l, uint64_t after, ledger_fn *fn,
                        void *ctx, struct err *err)
{
    struct walking w = {fn, ctx, err};
    uint8_t from[8];

    if (after == UINT64_MAX)
        return ST_OK;
    bytes_put64(from, after + 1);
    return durable_walk(l->table, (struct durable_key){EVENTS, "", 0},
                        &(struct durable_key){EVENTS, from, 8}, see_event, &w,
                        err);
}
