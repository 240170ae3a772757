/* columns.c - see columns.h. */
#include "columns.h"

#include <stdlib.h>

static const char *const field_name[FIELD_COUNT] = {
#define X(symbol, name) name,
    FIELDS(X)
#undef X
};

static size_t field_find(const char *name)
{
    size_t f = 0;

    while (f < FIELD_COUNT && !streq(name, field_name[f]))
        f++;
    return f;
}

/* Where the number of the column that has this name is kept, or NULL. */
static size_t *place_of(struct columns *c, const struct survey *s,
                        const char *name)
{
    const size_t item = survey_item(s, name);
    const size_t field = field_find(name);

    if (item != SIZE_MAX)
        return item == s->comment ? &c->field[FIELD_COMMENT] : &c->item[item];
    if (field == FIELD_COMMENT && s->comment == SIZE_MAX)
        return NULL; /* this survey has no place for it */
    if (field < FIELD_COUNT)
        return &c->field[field];
    for (size_t a = 0; a < s->attributes; a++)
        if (streq(name, s->attribute[a].code))
            return &c->attribute[a];
    return NULL;
}

static void ignore(struct columns *c, const char *name)
{
    const size_t used = strlen(c->ignored_names);

    if (c->ignored++ == 0 || used + strlen(name) + 3 < sizeof c->ignored_names)
        (void)snprintf(c->ignored_names + used, sizeof c->ignored_names - used,
                       "%s%s", used ? ", " : "", name);
}

/* "SAT9" beside SAT1 to SAT3: the letters of an item and another number.  To
 * ignore it would lose answers. */
static bool like_item(const struct survey *s, const char *name)
{
    const size_t letters = strcspn(name, "0123456789");
    const size_t rest = strspn(name + letters, "0123456789");

    if (!letters || !rest || name[letters + rest])
        return false;
    for (size_t i = 0; i < s->items; i++)
        if (strcspn(s->item[i].code, "0123456789") == letters &&
            memcmp(s->item[i].code, name, letters) == 0)
            return true;
    return false;
}

/* Every item that is asked must have its column. */
static enum status demand_items(const char *path, const struct survey *s,
                                bool short_form, const struct columns *c,
                                struct err *err)
{
    char names[256] = "";
    size_t missing = 0;

    for (size_t i = 0; i < s->items; i++) {
        bool asked = !short_form;
        const size_t used = strlen(names);

        for (size_t k = 0; k < s->shorts; k++)
            asked |= s->shortlist[k] == i;
        if (!asked || s->item[i].kind == ITEM_TEXT || c->item[i] != NO_COLUMN)
            continue;
        missing++;
        if (used + ITEM_CODE_MAX + 3 < sizeof names)
            (void)snprintf(names + used, sizeof names - used, "%s%s",
                           used ? ", " : "", s->item[i].code);
    }
    if (missing == 0)
        return ST_OK;
    return err_set(err, ST_INVALID, "%s:1: no column for item%s %s", path,
                   missing == 1 ? "" : "s", names);
}

enum status columns_find(const char *path, const struct csv *header,
                         const struct survey *s, const struct aliases *aliases,
                         bool short_form, struct columns *out, struct err *err)
{
    struct columns c = {.ignored = 0};
    enum status st;

    for (size_t i = 0; i < FIELD_COUNT; i++)
        c.field[i] = NO_COLUMN;
    for (size_t i = 0; i < ITEMS_MAX; i++)
        c.item[i] = NO_COLUMN;
    for (size_t i = 0; i < ATTRIBUTES_MAX; i++)
        c.attribute[i] = NO_COLUMN;
    for (size_t i = 0; i < csv_columns(header); i++) {
        const char *name = csv_column(header, i);
        const char *meant = aliases ? aliases_find(aliases, name) : NULL;
        size_t *place = place_of(&c, s, name);

        if (!place && meant)
            place = place_of(&c, s, meant);
        if (!place && like_item(s, name))
            return err_set(err, ST_INVALID, "%s:1: %s has no item %s", path,
                           s->code, name);
        if (!place)
            ignore(&c, name);
        else if (*place != NO_COLUMN)
            return err_set(err, ST_INVALID,
                           "%s:1: columns '%s' and '%s' are the same thing",
                           path, csv_column(header, *place), name);
        else
            *place = i;
    }
    st = demand_items(path, s, short_form && s->shorts, &c, err);
    if (st == ST_OK)
        *out = c;
    return st;
}
