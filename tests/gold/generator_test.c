/* generator_test.c - 300 answers made by a small generator, on the model of
 * the shipped questionnaires.
 *
 * The generator and its figures are public: two programs, in R and in Python,
 * computed them independently and agree to 8 digits.  x starts at 20080101,
 * x <- 16807 x mod (2^31 - 1), u = x mod 7 after each step; a person is four u,
 * a block of the person two, an answer one.
 */
#include "gold.h"
#include "scorer/index.h"

enum { PEOPLE = 300, ITEMS = 23, BLOCKS = 7 };
enum { IMG, EXP, QUA, VAL, SAT, COM, LOY };

static const double tolerance = 1e-7;
static const size_t block_items[BLOCKS] = {3, 3, 7, 2, 3, 2, 3};
static const char *const names[BLOCKS] = {"IMG", "EXP", "QUA", "VAL",
                                          "SAT", "COM", "LOY"};

struct tcsi {
    struct item item[ITEMS];
    struct construct construct[BLOCKS];
    size_t number[ITEMS];
    bool path[BLOCKS * BLOCKS];
    struct survey survey;
    struct pls_model model;
    uint8_t x[PEOPLE * ITEMS];
};

static unsigned draw(uint64_t *x)
{
    *x = 16807 * *x % 2147483647;
    return (unsigned)(*x % 7);
}

static unsigned draws(uint64_t *x, size_t n)
{
    unsigned sum = 0;

    while (n--)
        sum += draw(x);
    return sum;
}

static void generate(uint8_t *answers)
{
    uint64_t x = 20080101;

    for (size_t person = 0; person < PEOPLE; person++) {
        const unsigned g = draws(&x, 4);

        for (size_t b = 0; b < BLOCKS; b++) {
            const unsigned s = draws(&x, 2);

            for (size_t i = 0; i < block_items[b]; i++) {
                const unsigned raw = 2 * g + 2 * s + 3 * draw(&x);
                const unsigned score = 1 + 10 * (raw + 20) / 91;

                *answers++ = (uint8_t)(score < 10 ? score : 10);
            }
        }
    }
}

static void make(struct tcsi *t, enum inner_scheme scheme)
{
    size_t n = 0;

    memset(t, 0, sizeof *t);
    for (size_t b = 0; b < BLOCKS; b++) {
        t->construct[b].items = block_items[b];
        t->construct[b].item = &t->number[n];
        (void)snprintf(t->construct[b].code, sizeof t->construct[b].code, "%s",
                       names[b]);
        for (size_t i = 0; i < block_items[b]; i++, n++) {
            t->number[n] = n;
            t->item[n].min = 1;
            t->item[n].max = 10;
        }
    }
    for (size_t a = 0; a < 12; a++) /* the same twelve arrows */
        t->path[ecsi_arrows[a][1] * BLOCKS + ecsi_arrows[a][0]] = true;
    t->survey.items = ITEMS;
    t->survey.item = t->item;
    t->survey.model.scheme = scheme;
    t->survey.model.constructs = BLOCKS;
    t->survey.model.construct = t->construct;
    t->survey.model.path = t->path;
    pls_model_of(&t->survey, &t->model);
    generate(t->x);
}

static void fit(const struct tcsi *t, struct pls_fit *out)
{
    double mean[ITEMS], cov[ITEMS * ITEMS];
    struct moments *m = NULL;

    assert_int_equal(moments_new(ITEMS, false, &m), ST_OK);
    assert_int_equal(moments_add(m, t->x, ITEMS, PEOPLE), ST_OK);
    assert_int_equal(
        moments_covariance(m, MISSING_MEAN, NULL, NULL, mean, cov, NULL),
        ST_OK);
    assert_int_equal(
        pls_estimate(&t->model, m->rows, mean, cov, NULL, out, NULL), ST_OK);
    moments_free(&m);
}

static void test_generator(void **state)
{
    static const uint8_t first[ITEMS] = {6, 6, 8, 6, 7, 6, 7, 8, 9, 7, 7, 9,
                                         9, 6, 6, 6, 5, 5, 7, 6, 6, 6, 5};
    static struct tcsi t;
    uint64_t sum = 0, weighted = 0;

    (void)state;
    make(&t, SCHEME_PATH);
    assert_memory_equal(t.x, first, ITEMS);
    for (size_t i = 0; i < PEOPLE; i++)
        for (size_t j = 0; j < ITEMS; j++) {
            sum += t.x[i * ITEMS + j];
            weighted += (i + 1) * (j + 1) * t.x[i * ITEMS + j];
        }
    assert_int_equal(sum, 53126);
    assert_int_equal(weighted, 96634883);
}

static void test_estimates(void **state)
{
    static const double path[12] = {
        /* in the order of ecsi_arrows */
        0.57646227, 0.21509086, 0.24365817, 0.61610632, 0.21703294, 0.30696436,
        0.52542220, 0.14558066, 0.22569762, 0.62526141, 0.35380688, 0.23836121};
    static const double r2[BLOCKS] = {NAN,        0.33230875, 0.37958700,
                                      0.46368583, 0.55953671, 0.39095183,
                                      0.51273589};
    static const double weight[] = {/* VAL SAT COM */
                                    0.56643486, 0.51228630, 0.35780703,
                                    0.38260578, 0.38003701, 0.52557586,
                                    0.54531430};
    static struct tcsi t;
    struct pls_fit f;

    (void)state;
    make(&t, SCHEME_PATH);
    fit(&t, &f);
    for (size_t a = 0; a < 12; a++)
        assert_near(f.path[ecsi_arrows[a][1] * BLOCKS + ecsi_arrows[a][0]],
                    path[a], tolerance);
    for (size_t b = 0; b < BLOCKS; b++)
        assert_near(f.r2[b], r2[b], tolerance);
    for (size_t i = 0; i < sizeof weight / sizeof *weight; i++)
        assert_near(f.weight[t.model.first[VAL] + i], weight[i], tolerance);
}

static double index_of(enum inner_scheme scheme, size_t construct)
{
    static struct tcsi t;
    struct pls_fit f;
    double u[ITEMS];

    make(&t, scheme);
    fit(&t, &f);
    index_weights(&t.model, &f, u);
    return index_value(&t.model, construct, u, f.mean);
}

static void test_index(void **state)
{
    /* six digits behind the point are given */
    static const double want[BLOCKS] = {74.057267, 74.341494, 74.708000,
                                        74.635144, 74.104625, 74.288040,
                                        74.557075};

    (void)state;
    for (size_t b = 0; b < BLOCKS; b++)
        assert_near(index_of(SCHEME_PATH, b), want[b], 5.1e-7);
    assert_near(index_of(SCHEME_CENTROID, SAT), 74.102553, 5.1e-7);
    assert_near(index_of(SCHEME_FACTORIAL, SAT), 74.102527, 5.1e-7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_generator),
        cmocka_unit_test(test_estimates),
        cmocka_unit_test(test_index),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
