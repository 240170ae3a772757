/* describe.c - see describe.h. */
#include "describe.h"

#include "collector/wire_pack.h"
#include "scorer/live.h"

static void put_text(struct pack *p, const char *key, const char *text)
{
    pack_text(p, key);
    pack_text(p, text ? text : "");
}

static void put_options(struct pack *p, const struct query_kind *k)
{
    static const char *const types[] = {"text", "flag", "count", "real",
                                        "choice"};

    pack_text(p, "options");
    pack_list(p, k->options);
    for (size_t i = 0; i < k->options; i++) {
        const struct kind_option *o = &k->option[i];
        size_t choices = 0;

        while (o->choices && o->choices[choices])
            choices++;
        pack_map(p, 6);
        put_text(p, "name", o->name);
        put_text(p, "type", o->file ? "file" : types[o->kind]);
        put_text(p, "help", o->help);
        pack_text(p, "choices");
        pack_list(p, choices);
        for (size_t c = 0; c < choices; c++)
            pack_text(p, o->choices[c]);
        pack_text(p, "min");
        pack_signed(p, o->min);
        pack_text(p, "max");
        pack_signed(p, o->max);
    }
}

static void put_kinds(struct pack *p)
{
    size_t count = 0;

    while (query_kinds[count])
        count++;
    pack_text(p, "kinds");
    pack_list(p, count);
    for (size_t i = 0; i < count; i++) {
        pack_map(p, 4);
        put_text(p, "name", query_kinds[i]->name);
        put_text(p, "summary", query_kinds[i]->summary);
        pack_text(p, "analysts");
        pack_bool(p, query_kinds[i]->analysts);
        put_options(p, query_kinds[i]);
    }
}

static void put_survey(struct pack *p, const struct survey *s)
{
    pack_map(p, 5);
    put_text(p, "survey", s->code);
    put_text(p, "family", s->family);
    put_text(p, "product", s->product);
    pack_text(p, "form");
    pack_bytes(p, s->form, HASH_SIZE);
    pack_text(p, "version");
    pack_bytes(p, s->version, HASH_SIZE);
}

static enum status pack_surveys(const struct engine *e, size_t room,
                                struct buffer *out, size_t *count)
{
    struct pack p;

    pack_begin(&p, out);
    for (*count = 0; *count < engine_surveys(e) && out->len + 256 < room;
         ++*count)
        put_survey(&p, engine_survey(e, *count));
    return pack_end(&p);
}

static void put_dimensions(struct pack *p)
{
    pack_text(p, "dimensions");
    pack_list(p, DIMENSIONS);
    for (enum dimension d = DIM_PERIOD; d < DIMENSIONS; d++)
        pack_text(p, dimension_name(d));
}

enum status describe(const struct engine *e, uint64_t ask, struct answer *out)
{
    struct buffer surveys = {0};
    struct pack p;
    size_t count;
    enum status st = pack_surveys(e, MESSAGE_MAX / 2, &surveys, &count);

    out->parts = 1;
    out->part[0] = (struct buffer){.max = MESSAGE_MAX};
    pack_begin(&p, &out->part[0]);
    pack_map(&p, 7);
    pack_text(&p, "v");
    pack_number(&p, ASK_VERSION);
    put_text(&p, "type", "described");
    pack_text(&p, "ask");
    pack_number(&p, ask);
    put_text(&p, "program", manyi_version);
    put_dimensions(&p);
    put_kinds(&p);
    pack_text(&p, "surveys");
    pack_list(&p, count);
    pack_raw(&p, surveys.data, surveys.len);
    if (st == ST_OK)
        st = pack_end(&p);
    buffer_free(&surveys);
    if (st != ST_OK)
        answer_free(out);
    return st;
}
