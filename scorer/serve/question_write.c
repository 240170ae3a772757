/* question_write.c - the message that asks a query, for clients. */
#include "collector/wire_pack.h"
#include "surveys/period.h"
#include "wire.h"

static void put_text(struct pack *p, const char *key, const char *text)
{
    pack_text(p, key);
    pack_text(p, text);
}

static void put_day(struct pack *p, int32_t day)
{
    char text[PERIOD_TEXT];

    period_format_day(day, text);
    pack_text(p, text);
}

static void put_filters(struct pack *p, const char *key,
                        const struct query_filter *list, size_t count)
{
    pack_text(p, key);
    pack_map(p, count);
    for (size_t i = 0; i < count; i++) {
        pack_text(p, dimension_name(list[i].dimension));
        pack_list(p, list[i].count);
        for (size_t k = 0; k < list[i].count; k++)
            pack_text(p, list[i].codes[k]);
    }
}

static void put_frames(struct pack *p, uint32_t frames)
{
    size_t count = 0;

    for (enum frame f = 0; f < FRAMES; f++)
        count += (frames >> f) & 1;
    pack_text(p, "frame");
    pack_list(p, count);
    for (enum frame f = 0; f < FRAMES; f++)
        if (frames & 1u << f)
            pack_text(p, frame_name(f));
}

static const struct kind_option *option_of(const struct query_kind *k,
                                           const char *name)
{
    for (size_t i = 0; i < k->options; i++)
        if (streq(k->option[i].name, name))
            return &k->option[i];
    return NULL;
}

static void put_settings(struct pack *p, const struct query_kind *k,
                         const struct query *q)
{
    pack_text(p, "options");
    pack_map(p, q->settings);
    for (size_t i = 0; i < q->settings; i++) {
        const struct query_setting *s = &q->setting[i];
        const struct kind_option *o = option_of(k, s->name);

        pack_text(p, s->name);
        if (o && o->kind == OPTION_FLAG)
            pack_bool(p, true);
        else
            pack_text(p, s->value);
    }
}

static enum status check_files(const struct query *q, struct err *err)
{
    const char *file = q->rollup_file  ? "rollup-file"
                       : q->population ? "population"
                                       : NULL;

    for (size_t i = 0; i < q->settings; i++)
        if (q->setting[i].file)
            file = q->setting[i].name;
    if (!file)
        return ST_OK;
    return err_set(err, ST_REFUSED,
                   "--%s: a file of this machine; over a connection the "
                   "configuration of manyi-scorer serve names it",
                   file);
}

static void put_query(struct pack *p, const struct query *q)
{
    static const char *const rollups[] = {"equal", "design", "users",
                                          "revenue"};
    static const char *const weightings[] = {"none", "design", "population"};

    put_text(p, "survey", q->survey);
    pack_text(p, "from");
    put_day(p, q->from);
    pack_text(p, "to");
    put_day(p, q->to);
    pack_text(p, "by");
    pack_list(p, q->by_count);
    for (size_t i = 0; i < q->by_count; i++)
        pack_text(p, dimension_name(q->by[i]));
    put_filters(p, "where", q->filter, q->filters);
    put_filters(p, "scope", q->scope, q->scopes);
    put_text(p, "reader", q->reader == READER_ANALYST ? "analyst" : "reader");
    put_frames(p, q->frames);
    put_text(p, "rollup", rollups[q->rollup]);
    put_text(p, "item_weights",
             q->weights == WEIGHTS_FROZEN ? "frozen" : "refit");
    pack_text(p, "base");
    if (q->weights == WEIGHTS_FROZEN) {
        pack_list(p, 2);
        put_day(p, q->base_from);
        put_day(p, q->base_to);
    } else {
        pack_nil(p);
    }
    put_text(p, "weighting", weightings[q->weighting]);
    pack_text(p, "weight_limits");
    if (q->weight_high > 0) {
        pack_list(p, 2);
        pack_real(p, q->weight_low);
        pack_real(p, q->weight_high);
    } else {
        pack_nil(p);
    }
    pack_text(p, "construct");
    if (q->construct)
        pack_text(p, q->construct);
    else
        pack_nil(p);
}

enum { PAIRS = 4 + 14 + 1 }; /* head, put_query, options */

enum status question_write(uint64_t ask, const struct query_kind *k,
                           const struct query *q, struct buffer *out,
                           struct err *err)
{
    const size_t max = out->max;
    struct pack p;
    enum status st = check_files(q, err);

    if (st != ST_OK)
        return st;
    out->max = MESSAGE_MAX;
    pack_begin(&p, out);
    pack_map(&p, PAIRS);
    pack_text(&p, "v");
    pack_number(&p, ASK_VERSION);
    put_text(&p, "type", "query");
    pack_text(&p, "ask");
    pack_number(&p, ask);
    put_text(&p, "kind", k->name);
    put_query(&p, q);
    put_settings(&p, k, q);
    st = pack_end(&p);
    out->max = max;
    return st == ST_RANGE
               ? err_set(err, st, "the question has more than a message holds")
               : st;
}
