/* keys_clients.c - manyi-keys add, remove and list: clients.yaml. */
#include <stdio.h>

#include "collector/keys.h"
#include "keys_command.h"
#include "surveys/table.h"

static enum status read_role(const char *text, enum role *out, struct err *err)
{
    uint8_t role = ROLE_NONE;

    if (*text && !role_parse(text, &role))
        return err_set(err, ST_INVALID, "--role: analyst or reader");
    *out = (enum role)role;
    return ST_OK;
}

enum status keys_add(char **operand, const struct rights_text *rights,
                     struct err *err)
{
    struct client c = {0};
    struct words units = {0}, scope = {0};
    enum status st = key_load_public(operand[2], c.key, err);

    if (st == ST_OK && strlen(operand[1]) >= sizeof c.name)
        st = err_set(err, ST_INVALID, "%s: the name is too long", operand[1]);
    if (st == ST_OK)
        st = words_set("types", rights->types, right_parse, &c.types, err);
    if (st == ST_OK)
        st = words_set("channels", rights->channels, channel_parse, &c.channels,
                       err);
    if (st == ST_OK)
        st = words_set("frames", rights->frames, frame_parse, &c.frames, err);
    if (st == ST_OK)
        st = words_cut("units", rights->units, &units, err);
    if (st == ST_OK)
        st = words_cut_at(' ', "scope", rights->scope, &scope, err);
    if (st == ST_OK)
        st = read_role(rights->role, &c.role, err);
    if (st == ST_OK) {
        memcpy(c.name, operand[1], strlen(operand[1]) + 1);
        c.units = units.count;
        c.unit = units.word;
        c.scopes = scope.count;
        c.scope = scope.word;
        st = clients_add(operand[0], &c, err);
    }
    words_free(&units);
    words_free(&scope);
    return st;
}

enum status keys_remove(char **operand, const struct rights_text *rights,
                        struct err *err)
{
    (void)rights;
    return clients_remove(operand[0], operand[1], err);
}

/* ---- list ---- */

enum {
    COL_NAME,
    COL_KEY,
    COL_TYPES,
    COL_CHANNELS,
    COL_FRAMES,
    COL_UNITS,
    COL_ROLE,
    COL_SCOPE,
    COLS
};

static const char *type_of(unsigned bit)
{
    return bit < RIGHTS ? right_name((enum right)bit) : NULL;
}

static const char *channel_of(unsigned bit)
{
    return bit < CHANNELS ? channel_name((enum channel)bit) : NULL;
}

static const char *frame_of(unsigned bit)
{
    return bit < FRAMES ? frame_name((enum frame)bit) : NULL;
}

static enum status join_rights(const struct client *c, struct buffer cell[COLS])
{
    enum status st = words_join(&cell[COL_NAME], c->name);

    if (st == ST_OK)
        st = words_join(&cell[COL_KEY], c->key);
    if (st == ST_OK)
        st = words_join_set(&cell[COL_TYPES], c->types, type_of);
    if (st == ST_OK)
        st = words_join_set(&cell[COL_CHANNELS], c->channels, channel_of);
    if (st == ST_OK)
        st = words_join_set(&cell[COL_FRAMES], c->frames, frame_of);
    for (size_t i = 0; st == ST_OK && i < c->units; i++)
        st = words_join(&cell[COL_UNITS], c->unit[i]);
    if (st == ST_OK && c->role != ROLE_NONE)
        st = words_join(&cell[COL_ROLE], role_name(c->role));
    for (size_t i = 0; st == ST_OK && i < c->scopes; i++)
        st = words_join(&cell[COL_SCOPE], c->scope[i]);
    return st;
}

static enum status add_row(struct table *t, const struct client *c)
{
    struct buffer cell[COLS] = {0};
    const char *text[COLS];
    enum status st = join_rights(c, cell);

    for (size_t i = 0; st == ST_OK && i < COLS; i++) {
        st = buffer_byte(&cell[i], 0);
        text[i] = (const char *)cell[i].data;
    }
    if (st == ST_OK)
        st = table_row(t, text);
    for (size_t i = 0; i < COLS; i++)
        buffer_free(&cell[i]);
    return st;
}

enum status keys_list(char **operand, const struct rights_text *rights,
                      struct err *err)
{
    static const char *const titles[COLS] = {
        "name", "key", "types", "channels", "frames", "units", "role", "scope"};
    struct clients *c = NULL;
    struct table *t = NULL;
    enum status st = clients_load(operand[0], &c, err);

    (void)rights;
    if (st != ST_OK)
        return st;
    st = table_new(COLS, titles, &t);
    for (size_t i = 0; st == ST_OK && i < clients_count(c); i++)
        st = add_row(t, clients_at(c, i));
    if (st == ST_OK)
        st = table_print(t, stdout);
    if (st != ST_OK)
        err_set(err, st, "the list can not be printed");
    table_free(&t);
    clients_free(&c);
    return st;
}
