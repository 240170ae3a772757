/* describe_json.c - the codebook as one JSON document; see describe.h. */
#include "describe.h"

#include "base/bytes.h"
#include "definition.h"
#include "surveys/json.h"

static void add_texts(struct json *j, const char *key, const struct texts *t)
{
    json_put_object(j, key);
    for (size_t i = 0; i < t->count; i++)
        json_put_text(j, t->list[i].language, t->list[i].text);
    json_close(j);
}

static void add_hash(struct json *j, const char *key,
                     const uint8_t hash[HASH_SIZE])
{
    char hex[2 * HASH_SIZE + 1];

    bytes_hex(hash, HASH_SIZE, hex);
    json_put_text(j, key, hex);
}

static void add_conditions(struct json *j, const struct survey *s, size_t count,
                           const struct condition *when)
{
    if (!count)
        return;
    json_put_object(j, "when");
    for (size_t i = 0; i < count; i++) {
        json_put_array(j, s->item[when[i].item].code);
        for (size_t k = 0; k < when[i].count; k++)
            json_put_integer(j, NULL, when[i].values[k]);
        json_close(j);
    }
    json_close(j);
}

static void add_choices(struct json *j, const char *key, size_t count,
                        const struct choice *list)
{
    json_put_array(j, key);
    for (size_t i = 0; i < count; i++) {
        json_put_object(j, NULL);
        json_put_integer(j, "code", list[i].code);
        add_texts(j, "text", &list[i].text);
        json_close(j);
    }
    json_close(j);
}

/* {"en": {"units": 112, "budget": 138, "encoding": "gsm7"}} */
static enum status add_units(struct json *j, const struct survey *s,
                             const struct texts *t)
{
    enum status st = ST_OK;

    json_put_object(j, "sms");
    for (size_t i = 0; st == ST_OK && i < t->count; i++) {
        size_t units = 0;
        bool gsm7 = false;

        st = definition_units(s, &t->list[i], &units, &gsm7);
        json_put_object(j, t->list[i].language);
        json_put_integer(j, "units", (int64_t)units);
        json_put_integer(j, "budget", gsm7 ? SMS_GSM7_BUDGET : SMS_UCS2_BUDGET);
        json_put_text(j, "encoding", gsm7 ? "gsm7" : "ucs2");
        json_close(j);
    }
    json_close(j);
    return st;
}

static enum status add_wording(struct json *j, const struct survey *s,
                               const struct item *it, bool counted)
{
    enum status st = ST_OK;

    if (it->text.count) {
        add_texts(j, "text", &it->text);
        return counted ? add_units(j, s, &it->text) : ST_OK;
    }
    json_put_array(j, "variants");
    for (size_t i = 0; st == ST_OK && i < it->variants; i++) {
        const struct variant *v = &it->variant[i];

        json_put_object(j, NULL);
        add_conditions(j, s, v->conditions, v->when);
        add_texts(j, "text", &v->text);
        if (counted)
            st = add_units(j, s, &v->text);
        json_close(j);
    }
    json_close(j);
    return st;
}

static enum status add_item(struct json *j, const struct survey *s,
                            size_t index)
{
    const struct item *it = &s->item[index];
    const size_t owner = describe_owner(s, index);
    const bool counted = describe_short(s, index);
    enum status st;

    json_put_object(j, NULL);
    json_put_text(j, "code", it->code);
    json_put_text(j, "kind", definition_kinds[it->kind]);
    json_put_integer(j, "revision", it->revision);
    if (it->kind != ITEM_TEXT) {
        json_put_integer(j, "min", it->min);
        json_put_integer(j, "max", it->max);
    }
    if (owner == SIZE_MAX)
        json_put_null(j, "construct");
    else
        json_put_text(j, "construct", s->model.construct[owner].code);
    json_put_bool(j, "short", counted);
    add_conditions(j, s, it->conditions, it->when);
    st = add_wording(j, s, it, counted);
    if (it->kind == ITEM_CHOICE)
        add_choices(j, "choices", it->choices, it->choice);
    json_close(j);
    return st;
}

static void add_parts(struct json *j, const struct model *m,
                      const struct construct *it)
{
    json_put_array(j, "of");
    for (size_t i = 0; i < it->parts; i++)
        json_put_text(j, NULL, m->construct[it->part[i]].code);
    json_close(j);
}

static void add_constructs(struct json *j, const struct survey *s)
{
    json_put_array(j, "constructs");
    for (size_t c = 0; c < s->model.constructs; c++) {
        const struct construct *it = &s->model.construct[c];

        json_put_object(j, NULL);
        json_put_text(j, "code", it->code);
        json_put_text(j, "mode", definition_modes[it->mode]);
        if (it->title.count)
            add_texts(j, "title", &it->title);
        json_put_array(j, "items");
        for (size_t i = 0; i < it->items; i++)
            json_put_text(j, NULL, s->item[it->item[i]].code);
        json_close(j);
        if (it->parts)
            add_parts(j, &s->model, it);
        json_close(j);
    }
    json_close(j);
}

static void add_model(struct json *j, const struct survey *s)
{
    const struct model *m = &s->model;

    if (!m->constructs) {
        json_put_null(j, "model");
        return;
    }
    json_put_object(j, "model");
    json_put_text(j, "scheme", definition_schemes[m->scheme]);
    json_put_text(j, "missing", definition_missing[m->missing]);
    add_constructs(j, s);
    json_put_array(j, "paths");
    for (size_t from = 0; from < m->constructs; from++)
        for (size_t to = 0; to < m->constructs; to++)
            if (m->path[to * m->constructs + from]) {
                json_put_object(j, NULL);
                json_put_text(j, "from", m->construct[from].code);
                json_put_text(j, "to", m->construct[to].code);
                json_close(j);
            }
    json_close(j);
    json_put_text(j, "index", m->construct[m->index].code);
    json_close(j);
}

static void add_head(struct json *j, const struct survey *s)
{
    json_put_text(j, "survey", s->code);
    if (s->family[0])
        json_put_text(j, "family", s->family);
    if (s->product[0])
        json_put_text(j, "product", s->product);
    add_hash(j, "version", s->version);
    add_hash(j, "form", s->form);
    json_put_bool(j, "unverified", s->unverified);
    add_texts(j, "title", &s->title);
    json_put_object(j, "fill");
    for (size_t i = 0; i < s->fills; i++)
        add_texts(j, s->fill[i].name, &s->fill[i].text);
    json_close(j);
}

enum status describe_json(const struct survey *s, FILE *out)
{
    struct json *j = json_new();
    enum status st = ST_OK, end;

    json_put_object(j, NULL);
    add_head(j, s);
    json_put_array(j, "items");
    for (size_t i = 0; st == ST_OK && i < s->items; i++)
        st = add_item(j, s, i);
    json_close(j);
    json_put_array(j, "short");
    for (size_t i = 0; i < s->shorts; i++)
        json_put_text(j, NULL, s->item[s->shortlist[i]].code);
    json_close(j);
    json_put_array(j, "attributes");
    for (size_t i = 0; i < s->attributes; i++) {
        json_put_object(j, NULL);
        json_put_text(j, "code", s->attribute[i].code);
        add_choices(j, "values", s->attribute[i].values, s->attribute[i].value);
        json_close(j);
    }
    json_close(j);
    add_model(j, s);
    json_close(j);
    end = json_end(&j, out);
    return st != ST_OK ? st : end;
}
