/* due.c - see due.h. */
#include "due.h"

#define TAIL (1 + 8 + ID_SIZE) /* behind the names: round, time, id */

static void add_name(struct due_key *k, const char *name)
{
    const size_t size = strlen(name) + 1;

    memcpy(k->data + k->len, name, size);
    k->len += size;
}

static struct due_key begin(const char *gateway, const char *campaign)
{
    struct due_key k = {.len = 0};

    add_name(&k, gateway);
    add_name(&k, campaign);
    return k;
}

struct due_key due_at(const struct due_place *p, enum due_round round,
                      int64_t time)
{
    struct due_key k = begin(p->gateway, p->campaign);

    k.data[k.len++] = (uint8_t)round;
    bytes_put64(k.data + k.len, (uint64_t)time);
    k.len += 8;
    return k;
}

struct due_key due_of(const struct invitation *i)
{
    struct due_place p = {.gateway = ""};
    struct due_key k;

    memcpy(p.gateway, i->gateway, sizeof p.gateway);
    memcpy(p.campaign, i->campaign, sizeof p.campaign);
    k = due_at(&p, i->leased_until ? DUE_AGAIN : DUE_FIRST,
               i->leased_until ? i->leased_until : i->due_at);
    memcpy(k.data + k.len, i->id, ID_SIZE);
    k.len += ID_SIZE;
    return k;
}

struct due_key due_behind(const struct due_place *p)
{
    struct due_key k = begin(p->gateway, p->campaign);

    k.data[k.len++] = DUE_AGAIN + 1;
    return k;
}

struct due_key due_gateway(const char *gateway)
{
    struct due_key k = {.len = 0};

    add_name(&k, gateway);
    return k;
}

/* The name at data, which ends before `len`; 0: there is none. */
static size_t read_name(const uint8_t *data, size_t len, char *out, size_t size)
{
    const size_t n = strnlen((const char *)data, len);

    if (n == len || n >= size)
        return 0;
    memcpy(out, data, n + 1);
    return n + 1;
}

bool due_read(struct store_key key, struct due_place *place,
              enum due_round *round, uint8_t id[ID_SIZE])
{
    const uint8_t *at = key.data;
    size_t head, names;

    head = read_name(at, key.len, place->gateway, sizeof place->gateway);
    if (head == 0)
        return false;
    names = head + read_name(at + head, key.len - head, place->campaign,
                             sizeof place->campaign);
    if (names == head || key.len - names != TAIL || at[names] > DUE_AGAIN)
        return false;
    *round = (enum due_round)at[names];
    memcpy(id, at + key.len - ID_SIZE, ID_SIZE);
    return true;
}

struct first {
    struct due_place place;
    bool found;
};

static bool take_first(void *ctx, struct store_key key, const void *value,
                       size_t len)
{
    struct first *f = ctx;
    enum due_round round;
    uint8_t id[ID_SIZE];

    (void)value;
    (void)len;
    f->found = due_read(key, &f->place, &round, id);
    return !f->found;
}

enum status due_next(struct store *s, const struct due_key *from,
                     struct due_place *out, bool *found, struct err *err)
{
    struct first f = {.found = false};
    enum status st =
        store_list(s, TABLE_DUE, due_as_key(from), (struct store_key){NULL, 0},
                   take_first, &f, err);

    if (st != ST_OK)
        return st;
    *found = f.found;
    if (f.found)
        *out = f.place;
    return ST_OK;
}

struct rows {
    struct buffer *keys;
    size_t left;
    enum status st;
};

static bool take_row(void *ctx, struct store_key key, const void *value,
                     size_t len)
{
    struct rows *r = ctx;
    struct due_key k = {.len = key.len};

    (void)value;
    (void)len;
    memcpy(k.data, key.data, key.len); /* <= STORE_KEY_MAX: it was put */
    r->st = buffer_add(r->keys, &k, sizeof k);
    return r->st == ST_OK && --r->left > 0;
}

enum status due_rows(struct store *s, const struct due_key *from,
                     const struct due_key *to, size_t max, struct buffer *rows,
                     struct err *err)
{
    struct rows r = {.keys = rows, .left = max};
    enum status st = ST_OK;

    if (max > 0)
        st = store_list(s, TABLE_DUE, due_as_key(from), due_as_key(to),
                        take_row, &r, err);
    return st == ST_OK ? r.st : st;
}
