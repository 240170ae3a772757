/* crossing.c - see crossing.h.
 *
 * An atom is a satisfaction with one of: did not complain; complained and says
 * how it was handled; complained and does not.  Of each are kept, of all people
 * and without each group, the weights by answer to the loyalty item, from which
 * all else follows.
 */
#include "crossing.h"

#include <math.h>
#include <stdlib.h>

enum { SILENT = HANDLINGS + 1, VOICES, ATOMS = SATISFACTIONS * VOICES };

struct crossing {
    const struct plan *plan;
    struct cut handling;
    size_t points; /* of the loyalty item; 0: none */
    int64_t n[ATOMS];
    bool used[ATOMS][GROUPS];
    double *weight; /* [(atom * (GROUPS + 1) + strip) * (points + 1) + answer],
                       0 = none */
};

static bool same_scale(const struct item *a, const struct item *b)
{
    return a->min == b->min && a->max == b->max;
}

/* The settings cut the overall item; handling is cut alike where its scale is
 * the same. */
static enum status cut_handling(const struct plan *p, struct cut *out,
                                struct err *err)
{
    const struct item *item = p->survey->item;
    const struct query plain = {0};

    *out = (struct cut){false, 0, 0};
    if (p->roles.handling == SIZE_MAX)
        return ST_OK;
    if (same_scale(&item[p->roles.handling], &item[p->roles.overall])) {
        *out = p->cut;
        return ST_OK;
    }
    return cut_of(&item[p->roles.handling], &plain, out, err);
}

enum status crossing_new(const struct plan *plan, const struct query *q,
                         struct crossing **out, struct err *err)
{
    const struct survey *s = plan->survey;
    const struct roles *r = &plan->roles;
    struct crossing *c;
    enum status st;

    if (r->overall == SIZE_MAX || !plan->cut.known)
        return err_set(err, ST_INVALID,
                       "%s does not say who is satisfied: --item, --satisfied "
                       "and --fair do",
                       s->code);
    if (r->complaint == SIZE_MAX)
        return err_set(err, ST_INVALID,
                       "%s does not ask who complained%s%s: --complaint says "
                       "which choice it is",
                       s->code, query_flag(q, "complaint") ? " by " : "",
                       query_text(q, "complaint", ""));
    c = calloc(1, sizeof *c);
    if (!c)
        return ST_NOMEM;
    c->plan = plan;
    if (r->loyalty != SIZE_MAX)
        c->points = (size_t)item_points(&s->item[r->loyalty]);
    st = cut_handling(plan, &c->handling, err);
    c->weight = calloc(ATOMS * (GROUPS + 1) * (c->points + 1), sizeof(double));
    if (st == ST_OK && !c->weight)
        st = ST_NOMEM;
    if (st == ST_OK)
        *out = c;
    else
        crossing_free(&c);
    return st;
}

void crossing_free(struct crossing **c)
{
    if (*c)
        free((*c)->weight);
    free(*c);
    *c = NULL;
}

void crossing_clear(struct crossing *c)
{
    memset(c->n, 0, sizeof c->n);
    memset(c->used, 0, sizeof c->used);
    memset(c->weight, 0,
           ATOMS * (GROUPS + 1) * (c->points + 1) * sizeof(double));
}

/* ---- adding ---- */

/* Satisfied, fairly so or not, by a cut. */
static int third_of(const struct cut *cut, int answer)
{
    if (answer >= cut->satisfied)
        return 0;
    return answer >= cut->fair ? 1 : 2;
}

/* As the person gave it. */
static int answer_to(const struct crossing *c, size_t item, const uint8_t *x)
{
    return x[item] + c->plan->survey->item[item].min - 1;
}

static size_t atom_of(const struct crossing *c, const uint8_t *x)
{
    const struct roles *r = &c->plan->roles;
    const int third = third_of(&c->plan->cut, answer_to(c, r->overall, x));
    size_t voice = SILENT;

    if (answer_to(c, r->complaint, x) == r->complained) {
        voice = HANDLINGS; /* not told */
        if (c->handling.known && x[r->handling])
            voice =
                (size_t)third_of(&c->handling, answer_to(c, r->handling, x));
    }
    return (size_t)third * VOICES + voice;
}

static double *weights_at(const struct crossing *c, size_t atom, size_t strip)
{
    return c->weight + (atom * (GROUPS + 1) + strip) * (c->points + 1);
}

void crossing_add(struct crossing *c, const struct answer *a,
                  const double *weight)
{
    const struct roles *r = &c->plan->roles;
    const size_t answer = c->points ? a->value[r->loyalty] : 0;
    size_t atom;

    if (!a->value[r->overall] || !a->value[r->complaint])
        return;
    atom = atom_of(c, a->value);
    c->n[atom]++;
    c->used[atom][a->group] = true;
    for (size_t g = 0; g <= GROUPS; g++)
        if (g != a->group)
            weights_at(c, atom, g)[answer] += weight ? weight[g] : 1;
}

/* ---- rows ---- */

static bool is_in(struct crossed which, size_t atom)
{
    const size_t voice = atom % VOICES;

    if (which.satisfaction != SATISFACTIONS &&
        atom / VOICES != which.satisfaction)
        return false;
    if (which.complained == ANYBODY)
        return true;
    if (which.complained == COMPLAINED_NOT)
        return voice == SILENT;
    return voice != SILENT &&
           (which.handling == HANDLINGS || voice == which.handling);
}

/* The weights of a row by answer, in one strip. */
struct loyalties {
    double all;                   /* whether they answered it or not */
    double answer[SCALE_MAX + 1]; /* by stored answer, from 1 */
};

static void sum_up(const struct crossing *c, struct crossed which, size_t strip,
                   struct loyalties *out)
{
    out->all = 0;
    memset(out->answer, 0, (c->points + 1) * sizeof *out->answer);
    for (size_t atom = 0; atom < ATOMS; atom++) {
        const double *w = weights_at(c, atom, strip);

        if (!is_in(which, atom))
            continue;
        for (size_t v = 0; v <= c->points; v++) {
            out->all += w[v];
            out->answer[v] += w[v];
        }
    }
}

/* Stored; NaN of nobody. */
static double mean_of(const struct crossing *c, const struct loyalties *l)
{
    double sum = 0, n = 0;

    for (size_t v = 1; v <= c->points; v++) {
        sum += (double)v * l->answer[v];
        n += l->answer[v];
    }
    return n > 0 ? sum / n : NAN;
}

/* Who has at least that mean. */
static double part_from(const struct crossing *c, const struct loyalties *l,
                        double mean)
{
    double there = 0, n = 0;

    for (size_t v = 1; v <= c->points; v++) {
        n += l->answer[v];
        if ((double)v >= mean)
            there += l->answer[v];
    }
    return n > 0 && !isnan(mean) ? 100 * there / n : NAN;
}

enum { SHARE, WITHIN, LOYALTY, GAP, AS_LOYAL, NUMBERS };

static void compute(const struct crossing *c, struct crossed which,
                    size_t strip, double out[NUMBERS])
{
    const struct crossed all = {SATISFACTIONS, ANYBODY, HANDLINGS},
                         alike = {which.satisfaction, ANYBODY, HANDLINGS},
                         silent = {SATISFACTIONS, COMPLAINED_NOT, HANDLINGS};
    const double scale = 100 / ((double)c->points - 1);
    struct loyalties own, other;
    double level;

    sum_up(c, which, strip, &own);
    sum_up(c, all, strip, &other);
    out[SHARE] = other.all > 0 ? 100 * own.all / other.all : NAN;
    sum_up(c, alike, strip, &other);
    out[WITHIN] = other.all > 0 ? 100 * own.all / other.all : NAN;
    sum_up(c, silent, strip, &other);
    level = mean_of(c, &other);
    out[LOYALTY] = (mean_of(c, &own) - 1) * scale;
    out[GAP] = (level - 1) * scale - out[LOYALTY];
    out[AS_LOYAL] = part_from(c, &own, level);
}

/* Groups that somebody of `which` is in, as well as in `used`. */
static void mark_used(const struct crossing *c, struct crossed which,
                      bool used[GROUPS])
{
    for (size_t atom = 0; atom < ATOMS; atom++)
        for (size_t g = 0; g < GROUPS && is_in(which, atom); g++)
            used[g] = used[g] || c->used[atom][g];
}

static struct interval interval_of(double value,
                                   double without[GROUPS][NUMBERS],
                                   size_t number, const bool used[GROUPS])
{
    double replicate[GROUPS];
    size_t n = 0;

    for (size_t g = 0; g < GROUPS; g++)
        if (used[g])
            replicate[n++] = without[g][number];
    return errors_jackknife(value, replicate, n, NULL);
}

/* A number's error comes from the groups of all that it is made of. */
void crossing_row(const struct crossing *c, struct crossed which,
                  struct crossed_row *out)
{
    const struct crossed all = {SATISFACTIONS, ANYBODY, HANDLINGS},
                         alike = {which.satisfaction, ANYBODY, HANDLINGS},
                         silent = {SATISFACTIONS, COMPLAINED_NOT, HANDLINGS};
    struct crossed_number *number[NUMBERS] = {
        &out->share, &out->within, &out->loyalty, &out->gap, &out->as_loyal};
    const struct crossed more[NUMBERS] = {all, alike, which, silent, silent};
    double value[NUMBERS], without[GROUPS][NUMBERS];

    out->n = 0;
    for (size_t atom = 0; atom < ATOMS; atom++)
        out->n += is_in(which, atom) ? c->n[atom] : 0;
    compute(c, which, GROUPS, value);
    for (size_t g = 0; g < GROUPS; g++)
        compute(c, which, g, without[g]);
    for (size_t i = 0; i < NUMBERS; i++) {
        bool used[GROUPS] = {false};

        mark_used(c, which, used);
        mark_used(c, more[i], used);
        number[i]->value = value[i];
        number[i]->interval = interval_of(value[i], without, i, used);
    }
}
