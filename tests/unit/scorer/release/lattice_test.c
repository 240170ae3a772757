/* lattice_test.c - what opens, what stays closed, and 10 000 attacks on it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "alloc.h"
#include "attack.h"
#include "protect.h"
#include "scorer/lattice.h"

static struct err err;

static struct lattice_leaf leaf(const char *operator, const char * province,
                                const char *channel, int64_t n, double mean)
{
    struct lattice_leaf l = {.n = n};

    snprintf(l.codes.operator, sizeof l.codes.operator, "%s", operator);
    snprintf(l.codes.province, sizeof l.codes.province, "%s", province);
    snprintf(l.codes.channel, sizeof l.codes.channel, "%s", channel);
    for (size_t c = 0; c < 2; c++)
        l.total[c] = (double)n * (mean + (double)c);
    return l;
}

static struct lattice *decide(const struct lattice_leaf *list, size_t count)
{
    struct lattice *l = NULL;

    assert_int_equal(lattice_new(list, count, 2, &l), ST_OK);
    if (lattice_decide(l, &err) != ST_OK)
        fail_msg("%s", err.text);
    return l;
}

static bool open_at(const struct lattice *l, enum lattice_level level,
                    const char *operator, const char * province,
                    const char *channel)
{
    const struct lattice_leaf key = leaf(operator, province, channel, 0, 0);
    const struct lattice_cell *c = lattice_find(l, level, &key.codes);

    assert_non_null(c);
    return c->open;
}

static void test_nothing_hidden(void **state)
{
    const struct lattice_leaf list[] = {
        leaf("CT", "11", "sms", 40, 70), leaf("CT", "11", "web", 50, 60),
        leaf("CT", "31", "sms", 60, 65), leaf("CT", "31", "web", 30, 80)};
    struct lattice *l = decide(list, 4);

    (void)state;
    for (size_t i = 0; i < l->cells; i++)
        assert_int_equal(l->cell[i].open, l->cell[i].level != LATTICE_LEAF);
    lattice_free(&l);
}

/* One province of few answers: the nation less the others would be it. */
static void test_one_hidden(void **state)
{
    const struct lattice_leaf list[] = {
        leaf("CT", "11", "sms", 400, 70), leaf("CT", "31", "sms", 50, 60),
        leaf("CT", "44", "sms", 90, 65), leaf("CT", "65", "sms", 12, 80)};
    struct lattice *l = decide(list, 4);

    (void)state;
    assert_true(open_at(l, LATTICE_NATION, "", "", ""));
    assert_false(open_at(l, LATTICE_PROVINCE, "", "65", ""));
    assert_false(open_at(l, LATTICE_PROVINCE, "", "31", "")); /* gives way */
    assert_true(open_at(l, LATTICE_PROVINCE, "", "44", ""));
    assert_true(open_at(l, LATTICE_PROVINCE, "", "11", ""));
    /* the same answers by other names */
    assert_false(open_at(l, LATTICE_OPERATOR_PROVINCE, "CT", "31", ""));
    assert_false(open_at(l, LATTICE_PROVINCE_CHANNEL, "", "31", "sms"));
    lattice_free(&l);
}

/* Two of few answers do not hide each other when both are all of one kind. */
static void test_means_are_protected(void **state)
{
    const struct lattice_leaf all_zero[] = {
        leaf("CT", "11", "sms", 400, 70), leaf("CT", "31", "sms", 25, 0),
        leaf("CT", "44", "sms", 25, 0), leaf("CT", "65", "sms", 90, 80)};
    struct lattice *l = NULL;

    (void)state;
    assert_int_equal(lattice_new(all_zero, 4, 1, &l), ST_OK);
    assert_int_equal(lattice_decide(l, &err), ST_OK);
    /* 50 answers without a point: each of the two would have none */
    assert_false(open_at(l, LATTICE_PROVINCE, "", "65", ""));
    lattice_free(&l);
}

/* Nor when each is a batch at least, and both are hardly more than two. */
static void test_batches_are_protected(void **state)
{
    const struct lattice_leaf list[] = {
        leaf("CT", "11", "sms", 400, 70), leaf("CT", "31", "sms", 11, 40),
        leaf("CT", "44", "sms", 11, 60), leaf("CT", "65", "sms", 90, 80)};
    struct lattice *l = decide(list, 4);

    (void)state;
    assert_false(open_at(l, LATTICE_PROVINCE, "", "65", ""));
    lattice_free(&l);
}

/* What was seen stays; what is held stays closed while there is a reason. */
static void test_memory(void **state)
{
    struct lattice_leaf list[] = {
        leaf("CT", "11", "sms", 400, 70), leaf("CT", "31", "sms", 50, 60),
        leaf("CT", "44", "sms", 45, 65), leaf("CT", "65", "sms", 12, 80)};
    struct lattice_codes key = leaf("", "44", "", 0, 0).codes;
    struct lattice *l = NULL;

    (void)state;
    assert_int_equal(lattice_new(list, 4, 2, &l), ST_OK);
    /* 44 is the smallest, but readers have its numbers */
    for (enum lattice_level k = 0; k < LATTICE_LEAF; k++)
        for (size_t i = 0; i < l->cells; i++)
            if (streq(l->cell[i].codes.province, "44"))
                l->cell[i].seen = true;
    assert_int_equal(lattice_decide(l, &err), ST_OK);
    assert_true(lattice_find(l, LATTICE_PROVINCE, &key)->open);
    assert_false(open_at(l, LATTICE_PROVINCE, "", "31", ""));
    lattice_free(&l);
    /* held: 31, although 44 is smaller now */
    list[2].n = 31;
    assert_int_equal(lattice_new(list, 4, 2, &l), ST_OK);
    for (size_t i = 0; i < l->cells; i++)
        l->cell[i].held = streq(l->cell[i].codes.province, "31");
    assert_int_equal(lattice_decide(l, &err), ST_OK);
    assert_false(open_at(l, LATTICE_PROVINCE, "", "31", ""));
    assert_true(open_at(l, LATTICE_PROVINCE, "", "44", ""));
    lattice_free(&l);
    /* nobody is left to protect */
    list[3] = leaf("CT", "65", "sms", 30, 80);
    assert_int_equal(lattice_new(list, 4, 2, &l), ST_OK);
    for (size_t i = 0; i < l->cells; i++)
        l->cell[i].held = true;
    assert_int_equal(lattice_decide(l, &err), ST_OK);
    assert_true(open_at(l, LATTICE_PROVINCE, "", "31", ""));
    lattice_free(&l);
}

/* Two provinces that everybody has seen, and a new one: the nation less both
 * would be it, so it is the nation that closes. */
static void test_seen_is_known(void **state)
{
    const struct lattice_leaf list[] = {leaf("CT", "11", "sms", 100, 70),
                                        leaf("CT", "31", "web", 100, 60),
                                        leaf("CT", "65", "sms", 12, 80)};
    struct lattice *l = NULL;

    (void)state;
    assert_int_equal(lattice_new(list, 3, 2, &l), ST_OK);
    for (size_t i = 0; i < l->cells; i++) {
        const bool new = streq(l->cell[i].codes.province, "65");

        l->cell[i].seen = l->cell[i].level != LATTICE_LEAF && !new;
        l->cell[i].shown = l->cell[i].n == 212   ? 200
                           : l->cell[i].n == 112 ? 100
                                                 : l->cell[i].n;
    }
    if (lattice_decide(l, &err) != ST_OK)
        fail_msg("%s", err.text);
    assert_false(open_at(l, LATTICE_NATION, "", "", ""));
    assert_false(open_at(l, LATTICE_OPERATOR, "CT", "", ""));
    assert_false(open_at(l, LATTICE_CHANNEL, "", "", "sms"));
    assert_true(open_at(l, LATTICE_PROVINCE, "", "11", ""));
    assert_true(open_at(l, LATTICE_CHANNEL, "", "", "web"));
    lattice_free(&l);
}

static void test_edges(void **state)
{
    struct lattice_leaf one = leaf("CT", "11", "sms", 29, 50);
    struct lattice *l = decide(NULL, 0);

    (void)state;
    assert_int_equal(l->cells, 0);
    lattice_free(&l);
    l = decide(&one, 1);
    for (size_t i = 0; i < l->cells; i++)
        assert_false(l->cell[i].open);
    lattice_free(&l);
    one.n = 30;
    l = decide(&one, 1);
    assert_true(open_at(l, LATTICE_NATION, "", "", ""));
    lattice_free(&l);
    one.n = 0;
    l = decide(&one, 1);
    assert_false(open_at(l, LATTICE_NATION, "", "", ""));
    lattice_free(&l);
    l = NULL;
    assert_int_equal(lattice_new(&one, LATTICE_LEAVES_MAX + 1, 1, &l),
                     ST_RANGE);
    assert_null(l);
}

/* ---- the attack ---- */

enum { PROVINCES = 4, CHANNELS_HERE = 3, OPERATORS = 2, EPOCHS = 4 };
enum { LEAVES = PROVINCES * CHANNELS_HERE * OPERATORS, BATCH = 10 };

static uint64_t random_state;

static uint64_t draw(void)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* What a leaf gained by each epoch: nothing, or a batch or more. */
struct month {
    struct lattice_leaf leaf[LEAVES];
    int64_t gained[EPOCHS][LEAVES];
    size_t operators;
};

static void begin_month(struct month *m)
{
    char operator[8], province[8], channel[8];

    memset(m, 0, sizeof *m);
    m->operators = 1 + draw() % OPERATORS;
    for (size_t i = 0; i < LEAVES; i++) {
        snprintf(operator, sizeof operator, "O%zu",
                 i / (PROVINCES * CHANNELS_HERE) % m->operators);
        snprintf(province, sizeof province, "%zu",
                 10 + i / CHANNELS_HERE % PROVINCES);
        snprintf(channel, sizeof channel, "c%zu", i % CHANNELS_HERE);
        m->leaf[i] = leaf(operator, province, channel, 0, 0);
    }
}

static size_t leaves_of(const struct month *m)
{
    return m->operators * PROVINCES * CHANNELS_HERE;
}

static void let_answer(struct month *m, size_t epoch)
{
    for (size_t i = 0; i < leaves_of(m); i++) {
        const int64_t n = (int64_t)(draw() % 8 < 4 ? 0 : BATCH + draw() % 25);

        m->gained[epoch][i] = n;
        m->leaf[i].n += n;
        for (size_t c = 0; c < 2; c++)
            m->leaf[i].total[c] += (double)n * (double)(20 + draw() % 80);
    }
}

/* The unknowns of a cell at an epoch: all its leaves' gains till then. */
static void sum_of(const struct month *m, const struct lattice_cell *c,
                   size_t epoch, bool *sum)
{
    memset(sum, 0, UNKNOWNS_MAX * sizeof *sum);
    for (size_t e = 0; e <= epoch; e++)
        for (size_t k = 0; k < c->leaves; k++)
            sum[e * leaves_of(m) + c->leaf[k]] = true;
}

static void look(const struct month *m, const struct lattice *l, size_t epoch,
                 struct attacker *a)
{
    bool sum[UNKNOWNS_MAX];

    for (size_t i = 0; i < l->cells; i++)
        if (lattice_known(&l->cell[i])) {
            sum_of(m, &l->cell[i], epoch, sum);
            attack_see(a, sum);
        }
}

/* No cell that has few answers now is a combination of all that was seen. */
static size_t attack(const struct month *m, const struct lattice *l,
                     size_t epoch, const struct attacker *a)
{
    bool sum[UNKNOWNS_MAX];
    size_t tries = 0;

    for (size_t i = 0; i < l->cells; i++) {
        const struct lattice_cell *c = &l->cell[i];

        if (c->n == 0 || c->n >= LATTICE_SHOWN)
            continue;
        tries++;
        assert_false(c->open);
        sum_of(m, c, epoch, sum);
        if (attack_knows(a, sum))
            fail_msg("level %d, %s %s %s with %lld answers is known", c->level,
                     c->codes.operator, c->codes.province, c->codes.channel,
                     (long long)c->n);
    }
    return tries;
}

static void remember(const struct lattice *before, struct lattice *l)
{
    for (size_t i = 0; before && i < l->cells; i++) {
        l->cell[i].seen = before->cell[i].seen || before->cell[i].open;
        l->cell[i].held = before->cell[i].held;
        l->cell[i].shown =
            before->cell[i].open ? before->cell[i].n : before->cell[i].shown;
    }
}

static size_t attack_month(void)
{
    struct month m;
    struct attacker a = {0};
    struct lattice *before = NULL, *l = NULL;
    size_t tries = 0;

    begin_month(&m);
    a.unknowns = EPOCHS * leaves_of(&m);
    for (size_t e = 0; e < EPOCHS; e++) {
        let_answer(&m, e);
        assert_int_equal(lattice_new(m.leaf, leaves_of(&m), 2, &l), ST_OK);
        remember(before, l);
        if (lattice_decide(l, &err) != ST_OK)
            fail_msg("%s", err.text);
        look(&m, l, e, &a);
        tries += attack(&m, l, e, &a);
        lattice_free(&before);
        before = l;
        l = NULL;
    }
    lattice_free(&before);
    return tries;
}

/* Hiding only the cells of few answers: the attacker must find them, or he is
 * none. */
static void test_attacker(void **state)
{
    const struct lattice_leaf list[] = {
        leaf("CT", "11", "sms", 400, 70), leaf("CT", "31", "sms", 50, 60),
        leaf("CT", "44", "sms", 90, 65), leaf("CT", "65", "sms", 12, 80)};
    struct month m = {.operators = 1};
    struct attacker a = {.unknowns = 12};
    struct lattice *l = NULL;
    bool sum[UNKNOWNS_MAX] = {false};

    (void)state;
    assert_int_equal(lattice_new(list, 4, 2, &l), ST_OK);
    for (size_t i = 0; i < l->cells; i++)
        l->cell[i].open =
            l->cell[i].level != LATTICE_LEAF && l->cell[i].n >= LATTICE_SHOWN;
    look(&m, l, 0, &a);
    sum[3] = true;
    assert_true(attack_knows(&a, sum));
    lattice_free(&l);
}

static void test_attack(void **state)
{
    size_t tries = 0, months = 0;

    (void)state;
    random_state = 20261122;
    for (; tries < 10000; months++)
        tries += attack_month();
    print_message("%zu attacks in %zu months\n", tries, months);
}

static enum status torture(void *ctx)
{
    const struct lattice_leaf *list = ctx;
    struct lattice *l = NULL;
    struct err cause;
    enum status st = lattice_new(list, 4, 2, &l);

    if (st == ST_OK)
        st = lattice_decide(l, &cause);
    lattice_free(&l);
    return st;
}

static void test_memory_fails(void **state)
{
    struct lattice_leaf list[] = {
        leaf("CT", "11", "sms", 400, 70), leaf("CT", "31", "sms", 50, 60),
        leaf("CT", "44", "sms", 90, 65), leaf("CT", "65", "sms", 12, 80)};

    (void)state;
    alloc_torture(torture, list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_hidden),
        cmocka_unit_test(test_one_hidden),
        cmocka_unit_test(test_means_are_protected),
        cmocka_unit_test(test_batches_are_protected),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_seen_is_known),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_attacker),
        cmocka_unit_test(test_attack),
        cmocka_unit_test(test_memory_fails)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
