/* fit_store.c - see fit_store.h. */
#include "fit_store.h"

#include <string.h>

#include "fit_take.h"

enum status fit_store_answers(struct request *r, const char *codes,
                              struct answers **out, struct err *err)
{
    struct store *store = NULL;
    struct codes *names = NULL;
    enum status st = codes ? codes_load(codes, NULL, &names, err) : ST_OK;

    if (st == ST_OK && names)
        st = request_resolve(r, names, err);
    if (st == ST_OK)
        st = store_open(r->store, STORE_READ, &store, err);
    if (st == ST_OK)
        st = answers_read(store, &r->query, out, err);
    store_close(&store);
    codes_free(&names);
    return st;
}

/* The dimension of each label that is asked for. */
struct labels {
    unsigned asked;
    enum dimension of[FIT_LABELS];
};

static enum status find_labels(const struct fit_source *source,
                               struct labels *l, struct err *err)
{
    static const char *const options[FIT_LABELS] = {[FIT_STRATUM] = "strata",
                                                    [FIT_CLUSTER] = "cluster",
                                                    [FIT_POPULATION] = "fpc",
                                                    [FIT_GROUP] = "group"};

    l->asked = 0;
    for (size_t i = 0; i < FIT_LABELS; i++) {
        enum status st;

        if (!source->label[i])
            continue;
        st = request_dimension(options[i], source->label[i], &l->of[i], err);
        if (st != ST_OK)
            return st;
        l->asked |= 1u << i;
    }
    return ST_OK;
}

static enum status check_weight(const struct fit_source *source,
                                const struct answers *a, struct err *err)
{
    size_t unknown = 0;

    if (!source->weight)
        return ST_OK;
    if (!streq(source->weight, "design"))
        return err_set(err, ST_INVALID,
                       "--weight: answers of a store have 'design' weights, "
                       "not '%s'",
                       source->weight);
    for (size_t i = 0; i < answers_count(a); i++)
        unknown += answers_at(a, i).rate_ppm == 0;
    return unknown ? err_set(err, ST_INVALID,
                             "--weight design: of %zu of %zu answers nobody "
                             "knows the sampling rate",
                             unknown, answers_count(a))
                   : ST_OK;
}

static enum status take(struct fit_taker *t, const struct fit_plan *p,
                        const struct fit_source *source, const struct labels *l,
                        const struct answer *a, struct err *err)
{
    char code[FIT_LABELS][CODE_MAX + 1];
    struct fit_word label[FIT_LABELS] = {{NULL, 0}};
    uint8_t row[ITEMS_MAX];
    const struct fit_record record = {
        row, source->weight ? 1e6 / a->rate_ppm : 1, label, a->group};

    for (size_t j = 0; j < p->model.items; j++)
        row[j] = a->value[p->model.item[j]];
    for (size_t i = 0; i < FIT_LABELS; i++)
        if (l->asked & 1u << i) {
            answer_code(a, l->of[i], code[i]);
            label[i] = (struct fit_word){code[i], strlen(code[i])};
        }
    return fit_take(t, &record, err);
}

enum status fit_store_read(const struct fit_plan *p,
                           const struct fit_source *source,
                           const struct answers *a, struct fit_data *out,
                           struct err *err)
{
    struct fit_data data = {.plan = p};
    struct fit_taker *t = NULL;
    struct labels labels;
    enum status st = find_labels(source, &labels, err);

    if (st == ST_OK)
        st = check_weight(source, a, err);
    if (st == ST_OK) {
        (void)err_set(err, ST_NOMEM, "out of memory");
        st = fit_taker_new(&data, source->keep || labels.asked, labels.asked,
                           &t);
    }
    for (size_t i = 0; i < answers_count(a) && st == ST_OK; i++) {
        const struct answer each = answers_at(a, i);

        if (answers_fit(a, i))
            st = take(t, p, source, &labels, &each, err);
    }
    if (st == ST_OK)
        st = fit_taker_finish(t);
    fit_taker_free(&t);
    if (st == ST_OK)
        *out = data;
    else
        fit_data_free(&data);
    return st;
}
