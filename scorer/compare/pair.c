/* pair.c - see pair.h. */
#include "pair.h"

#include <math.h>

/* ---- what both have ---- */

static bool same_item(const struct item *a, const struct item *b)
{
    return streq(a->code, b->code) && a->revision == b->revision &&
           a->min == b->min && a->max == b->max;
}

static void find_common(struct pair *p)
{
    const size_t items[2] = {items_of(p->e[0]), items_of(p->e[1])};

    p->common = 0;
    for (size_t i = 0; i < items[0]; i++)
        for (size_t j = 0; j < items[1]; j++)
            if (same_item(item_in(p->e[0], i), item_in(p->e[1], j))) {
                p->at[0][p->common] = i;
                p->at[1][p->common++] = j;
                break;
            }
    p->all = p->common == items[0] && p->common == items[1];
}

static bool has_weights(const struct pair *p, size_t side)
{
    for (size_t k = 0; k < p->common; k++)
        if (isnan(u_in(p->e[side], WHOLE, p->at[side][k])))
            return false;
    return true;
}

static void choose_weights(struct pair *p)
{
    const bool has[2] = {has_weights(p, 0), has_weights(p, 1)};

    for (size_t side = 0; side < 2; side++)
        p->weights[side] = !has[side] && has[!side] ? !side : side;
}

static bool find_link(struct pair *p, const struct form_links *links)
{
    const char *construct = p->e[0]->construct;

    for (size_t side = 2; side-- > 0 && !p->link;) {
        p->link = form_links_find(links, p->e[side]->form, p->e[!side]->form,
                                  construct);
        p->linked = side;
    }
    return p->link != NULL;
}

void pair_match(struct pair *p, const struct form_links *links)
{
    p->link = NULL;
    p->all = true;
    p->weights[0] = 0;
    p->weights[1] = 1;
    if (!p->e[0] || !p->e[1])
        return;
    find_common(p);
    if (memcmp(p->e[0]->form, p->e[1]->form, HASH_SIZE) == 0 ||
        find_link(p, links))
        return;
    choose_weights(p);
    if (!p->common)
        p->fault = PAIR_NOTHING_COMMON;
}

/* ---- values ---- */

/* The u of both sides' common items. */
struct weights {
    double u[2][ITEMS_MAX];
};

static void weigh(const struct pair *p, size_t sample, struct weights *out)
{
    for (size_t side = 0; side < 2; side++) {
        const size_t from = p->weights[side];
        double sum = 0;

        for (size_t k = 0; k < p->common; k++)
            sum += out->u[side][k] = u_in(p->e[from], sample, p->at[from][k]);
        for (size_t k = 0; k < p->common && !p->all; k++)
            out->u[side][k] = sum > 0 ? out->u[side][k] / sum : NAN;
    }
}

static double per_point(const struct pair *p)
{
    return 100. / (item_points(item_in(p->e[0], p->at[0][0])) - 1);
}

static double from_common(const struct pair *p, size_t side, size_t sample)
{
    struct weights w;
    double sum = 0;

    weigh(p, sample, &w);
    for (size_t k = 0; k < p->common; k++)
        if (w.u[side][k] != 0)
            sum += w.u[side][k] * mean_in(p->e[side], sample, p->at[side][k]);
    return per_point(p) * (sum - 1);
}

double pair_value(const struct pair *p, size_t side, size_t sample)
{
    if (!p->e[side])
        return NAN;
    if (p->link && p->linked == side)
        return p->link->intercept +
               p->link->slope * index_in(p->e[side], sample);
    return pair_plain(p) || p->link ? index_in(p->e[side], sample)
                                    : from_common(p, side, sample);
}

/* ---- what changed ---- */

/* Of common item k in a cell of the mix; where nobody answered it on one side,
 * that of the other; on neither, that of all. */
static double mean_at(const struct pair *p, const struct leaf *l, size_t sample,
                      size_t k)
{
    double mean[2];

    for (size_t side = 0; side < 2; side++)
        mean[side] =
            l->e[side] ? mean_in(l->e[side], sample, p->at[side][k]) : NAN;
    if (isnan(mean[0]) && isnan(mean[1]))
        for (size_t side = 0; side < 2; side++)
            mean[side] = mean_in(p->e[side], sample, p->at[side][k]);
    if (isnan(mean[0]) || isnan(mean[1]))
        return isnan(mean[0]) ? mean[1] : mean[0];
    return (mean[0] + mean[1]) / 2;
}

static double total(const struct pair *p, size_t side, size_t sample)
{
    double sum = 0;

    for (size_t i = 0; i < p->leaves; i++)
        if (p->leaf[i].e[side])
            sum += weight_in(p->leaf[i].e[side], sample);
    return sum;
}

static double share(const struct leaf *l, size_t side, size_t sample,
                    double all)
{
    return l->e[side] ? weight_in(l->e[side], sample) / all : 0;
}

static double split_mix(const struct pair *p, const struct weights *w,
                        size_t sample)
{
    const double all[2] = {total(p, 0, sample), total(p, 1, sample)};
    double sum = 0;

    for (size_t i = 0; i < p->leaves; i++) {
        const struct leaf *l = &p->leaf[i];
        const double d =
            share(l, 0, sample, all[0]) - share(l, 1, sample, all[1]);
        double value = 0;

        for (size_t k = 0; k < p->common; k++) {
            const double u = (w->u[0][k] + w->u[1][k]) / 2;

            if (u != 0)
                value += u * mean_at(p, l, sample, k);
        }
        sum += d * value;
    }
    return sum;
}

static double split_weights(const struct pair *p, const struct weights *w,
                            size_t sample)
{
    double sum = 0;

    for (size_t k = 0; k < p->common; k++) {
        const double d = w->u[0][k] - w->u[1][k];

        if (d != 0)
            sum += d *
                   (mean_in(p->e[0], sample, p->at[0][k]) +
                    mean_in(p->e[1], sample, p->at[1][k])) /
                   2;
    }
    return sum;
}

struct split pair_split(const struct pair *p, size_t sample)
{
    struct weights w;

    if (p->link)
        return (struct split){NAN, NAN};
    if (!p->e[0] || !p->e[1])
        return (struct split){0, 0};
    weigh(p, sample, &w);
    return (struct split){per_point(p) * split_weights(p, &w, sample),
                          per_point(p) * split_mix(p, &w, sample)};
}
