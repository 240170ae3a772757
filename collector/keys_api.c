/* keys_api.c - manyi-keys api: api-keys.yaml.
 *
 * The one secret that is printed, once: it goes to somebody else's program, and
 * nothing here keeps it.
 */
#include <sodium.h>
#include <stdio.h>

#include "collector/api_keys.h"
#include "keys_command.h"
#include "surveys/table.h"

static enum status add(const char *path, const char *name,
                       const struct rights_text *rights, struct err *err)
{
    struct api_key k = {.name = ""};
    struct words units = {0}, surveys = {0};
    char secret[API_KEY_TEXT + 1] = "";
    enum status st =
        words_set("frames", rights->frames, frame_parse, &k.frames, err);

    if (st == ST_OK && strlen(name) >= sizeof k.name)
        st = err_set(err, ST_INVALID, "%s: the name is too long", name);
    if (st == ST_OK)
        st = words_cut("units", rights->units, &units, err);
    if (st == ST_OK)
        st = words_cut("surveys", rights->surveys, &surveys, err);
    if (st == ST_OK && api_key_make(secret, k.hash) != ST_OK)
        st = err_set(err, ST_IO, "libsodium does not start");
    if (st == ST_OK) {
        memcpy(k.name, name, strlen(name) + 1);
        k.units = units.count;
        k.unit = units.word;
        k.surveys = surveys.count;
        k.survey = surveys.word;
        st = api_keys_add(path, &k, err);
    }
    if (st == ST_OK)
        puts(secret);
    sodium_memzero(secret, sizeof secret);
    words_free(&units);
    words_free(&surveys);
    return st;
}

/* ---- list ---- */

enum { COL_NAME, COL_FRAMES, COL_UNITS, COL_SURVEYS, COLS };

static const char *frame_of(unsigned bit)
{
    return bit < FRAMES ? frame_name((enum frame)bit) : NULL;
}

static enum status add_row(struct table *t, const struct api_key *k)
{
    struct buffer cell[COLS] = {0};
    const char *text[COLS];
    enum status st = words_join(&cell[COL_NAME], k->name);

    if (st == ST_OK)
        st = words_join_set(&cell[COL_FRAMES], k->frames, frame_of);
    for (size_t i = 0; st == ST_OK && i < k->units; i++)
        st = words_join(&cell[COL_UNITS], k->unit[i]);
    for (size_t i = 0; st == ST_OK && i < k->surveys; i++)
        st = words_join(&cell[COL_SURVEYS], k->survey[i]);
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

static enum status list(const char *path, struct err *err)
{
    static const char *const titles[COLS] = {"name", "frames", "units",
                                             "surveys"};
    struct api_keys *k = NULL;
    struct table *t = NULL;
    enum status st = api_keys_load(path, &k, err);

    if (st != ST_OK)
        return st;
    st = table_new(COLS, titles, &t);
    for (size_t i = 0; st == ST_OK && i < api_keys_count(k); i++)
        st = add_row(t, api_keys_at(k, i));
    if (st == ST_OK)
        st = table_print(t, stdout);
    if (st != ST_OK)
        err_set(err, st, "the list can not be printed");
    table_free(&t);
    api_keys_free(&k);
    return st;
}

enum status keys_api(char **operand, const struct rights_text *rights,
                     struct err *err)
{
    const char *what = operand[1], *name = operand[2];

    if (streq(what, "list") && !name)
        return list(operand[0], err);
    if (streq(what, "add") && name)
        return add(operand[0], name, rights, err);
    if (streq(what, "remove") && name)
        return api_keys_remove(operand[0], name, err);
    return err_set(err, ST_INVALID,
                   "api: add NAME, remove NAME or list is wanted");
}
