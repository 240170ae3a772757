/* forms.c - see forms.h. */
#include "forms.h"

#include <stdlib.h>

#include "base/bytes.h"

static struct form *make_form(const struct survey *s)
{
    struct form *f = calloc(1, sizeof *f);

    if (!f)
        return NULL;
    f->survey = s;
    f->items = s->items;
    f->modelled = s->model.constructs > 0;
    pls_model_of(s, &f->model);
    for (size_t i = 0; i < s->items; i++) {
        const struct item *it = &s->item[i];
        const int points = it->kind == ITEM_TEXT ? 0 : item_points(it);

        f->start[i + 1] = f->start[i] + (uint32_t)points;
    }
    f->counters = f->start[f->items] + f->model.constructs;
    return f;
}

static struct form *find_form(const struct forms *f, const struct survey *s)
{
    for (size_t i = 0; i < f->count; i++)
        if (memcmp(f->form[i]->survey->form, s->form, HASH_SIZE) == 0)
            return f->form[i];
    return NULL;
}

static enum status add_form(struct forms *f, const struct survey *s,
                            struct form **out)
{
    struct form **list;

    *out = find_form(f, s);
    if (*out)
        return ST_OK;
    list = realloc(f->form, (f->count + 1) * sizeof(struct form *));
    if (!list)
        return ST_NOMEM;
    f->form = list;
    *out = make_form(s);
    if (!*out)
        return ST_NOMEM;
    f->form[f->count++] = *out;
    return ST_OK;
}

/* Takes the survey when it is ST_OK.  The form comes last: it stays. */
static enum status add_version(struct forms *f, struct survey *s)
{
    struct version **list =
        realloc(f->version, (f->versions + 1) * sizeof(struct version *));
    struct version *v;
    enum status st;

    if (!list)
        return ST_NOMEM;
    f->version = list;
    v = malloc(sizeof *v);
    if (!v)
        return ST_NOMEM;
    v->survey = s;
    st = add_form(f, s, &v->form);
    if (st == ST_OK)
        f->version[f->versions++] = v;
    else
        free(v);
    return st;
}

static const struct version *find_version(const struct forms *f,
                                          const uint8_t hash[HASH_SIZE])
{
    for (size_t i = f->versions; i-- > 0;)
        if (memcmp(f->version[i]->survey->version, hash, HASH_SIZE) == 0)
            return f->version[i];
    return NULL;
}

static enum status parse(struct forms *f, const uint8_t hash[HASH_SIZE],
                         const void *yaml, size_t len, struct err *err)
{
    char name[2 * HASH_SIZE + 1];
    struct survey *s = NULL;
    enum status st;

    bytes_hex(hash, HASH_SIZE, name);
    st = survey_parse(name, yaml, len, NULL, NULL, &s, err);
    if (st == ST_OK && memcmp(s->version, hash, HASH_SIZE) != 0)
        st = ST_INVALID;
    if (st == ST_INVALID)
        st = err_set(err, ST_CORRUPT,
                     "the store's definition %.16s… is not the one that was "
                     "answered",
                     name);
    if (st == ST_OK)
        st = add_version(f, s);
    if (st != ST_OK)
        survey_free(&s);
    return st;
}

enum status forms_version(struct forms *f, struct store *store,
                          const uint8_t hash[HASH_SIZE],
                          const struct version **out, struct err *err)
{
    const struct version *found = find_version(f, hash);
    struct buffer yaml = {.max = DEFINITION_MAX};
    enum status st = ST_OK;

    if (!found) {
        st = store_get(store, TABLE_DEFINITIONS,
                       (struct store_key){hash, HASH_SIZE}, &yaml, err);
        if (st == ST_OK)
            st = parse(f, hash, yaml.data, yaml.len, err);
        found = find_version(f, hash);
    }
    buffer_free(&yaml);
    if (st == ST_OK)
        *out = found;
    return st;
}

struct loading {
    struct forms *forms;
    enum status status;
    struct err *err;
};

static bool load_one(void *ctx, struct store_key key, const void *value,
                     size_t len)
{
    struct loading *l = ctx;

    if (key.len == HASH_SIZE && !find_version(l->forms, key.data))
        l->status = parse(l->forms, key.data, value, len, l->err);
    return l->status == ST_OK;
}

enum status forms_load(struct forms *f, struct store *store, struct err *err)
{
    struct loading l = {f, ST_OK, err};
    const struct store_key all = {NULL, 0};
    enum status st =
        store_list(store, TABLE_DEFINITIONS, all, all, load_one, &l, err);

    return st == ST_OK ? l.status : st;
}

void forms_free(struct forms *f)
{
    for (size_t i = 0; i < f->versions; i++) {
        survey_free(&f->version[i]->survey);
        free(f->version[i]);
    }
    for (size_t i = 0; i < f->count; i++)
        free(f->form[i]);
    free(f->version);
    free(f->form);
    *f = (struct forms){0};
}

size_t form_least(const struct form *f)
{
    return f->model.survey->model.missing == MISSING_COMPLETE
               ? f->model.distinct
               : (4 * f->model.distinct + 4) / 5;
}
