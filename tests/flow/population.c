/* population.c - see population.h.  The tables here are the known truth. */
#include "population.h"

#include <math.h>
#include <pthread.h>

#include "base/bytes.h"

/* The constructs, in an order in which causes come first. */
enum { IMG, EXP, QUA, VAL, SAT, COM, LOY, LATENT };

/* effect[to][from]: the twelve paths, on constructs of variance 1. */
static const double effect[LATENT][LATENT] = {
    [EXP] = {[IMG] = 0.55},
    [QUA] = {[EXP] = 0.60},
    [VAL] = {[EXP] = 0.10, [QUA] = 0.60},
    [SAT] = {[IMG] = 0.18, [EXP] = 0.06, [QUA] = 0.45, [VAL] = 0.25},
    [COM] = {[SAT] = 0.55},
    [LOY] = {[IMG] = 0.20, [SAT] = 0.50, [COM] = 0.10}};

/* construct, mean on the 1-10 scale before the cut, standard deviation, and
 * loading: correlation with the construct */
struct measure {
    unsigned construct;
    double mean, sd, loading;
};

enum { COM0 = 18, COM1 = 19, SAT_FIRST = 15 };

static const struct measure measure[POPULATION_ITEMS] = {
    {IMG, 8.1, 1.7, 0.78}, {IMG, 8.3, 1.6, 0.72}, {IMG, 7.8, 1.9, 0.84},
    {EXP, 8.0, 1.6, 0.80}, {EXP, 7.9, 1.7, 0.82}, {EXP, 7.7, 1.8, 0.70},
    {QUA, 8.2, 1.6, 0.86}, {QUA, 8.3, 1.7, 0.78}, {QUA, 8.0, 1.8, 0.76},
    {QUA, 7.8, 1.9, 0.74}, {QUA, 7.6, 2.0, 0.70}, {QUA, 7.7, 2.0, 0.68},
    {QUA, 8.0, 1.8, 0.72}, {VAL, 7.3, 2.0, 0.86}, {VAL, 7.1, 2.1, 0.88},
    {SAT, 8.4, 1.6, 0.86}, {SAT, 8.0, 1.7, 0.82}, {SAT, 7.9, 1.8, 0.80},
    {SAT, 0, 0, 0}, /* COM0 is a choice: draw_complaint */
    {COM, 7.8, 2.0, 0.80}, {COM, 8.0, 1.9, 0.74}, {LOY, 8.3, 1.9, 0.84},
    {LOY, 7.8, 2.1, 0.86}, {LOY, 7.9, 2.1, 0.80}};

const char *const population_item[POPULATION_ITEMS] = {
    "IMG1", "IMG2", "IMG3", "EXP1", "EXP2", "EXP3", "QUA1", "QUA2",
    "QUA3", "QUA4", "QUA5", "QUA6", "QUA7", "VAL1", "VAL2", "SAT1",
    "SAT2", "SAT3", "COM0", "COM1", "COM2", "LOY1", "LOY2", "LOY3"};

const char *const population_province[POPULATION_PROVINCES] = {
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33",
    "34", "35", "36", "37", "41", "42", "43", "44", "45", "46", "50",
    "51", "52", "53", "54", "61", "62", "63", "64", "65"};

/* People, 1e5, as in the census of 2020; they sum to PEOPLE. */
enum { PEOPLE = 14098 };
static const unsigned people[POPULATION_PROVINCES] = {
    219, 139, 746, 349,  240, 426, 241, 319,  249, 847, 646,
    610, 415, 452, 1015, 994, 578, 664, 1260, 501, 101, 321,
    837, 386, 472, 36,   395, 250, 59,  72,   259};

/* Shifts in points of the 1-10 scale. */
static const double shift_province[POPULATION_PROVINCES] = {
    0.10, 0.20,  -0.05, -0.20, -0.10, 0.15,  0.05,  -0.15, 0.25,  0.30, 0.35,
    0.00, 0.10,  -0.05, 0.20,  -0.25, 0.00,  0.05,  -0.10, -0.20, 0.15, 0.10,
    0.05, -0.30, -0.15, -0.35, 0.00,  -0.25, -0.30, -0.05, -0.20};
static const double shift_product[PRODUCTS] = {0.00, 0.03, -0.55};
static const double shift_channel[CHANNELS_MIXED] = {-0.10, 0.00, 0.25};
static const double shift_rural = -0.15;
static const double shift_complained = -1.0;

/* Which of a person's draws is for what; numbers for the caller come last. */
enum {
    DRAW_PROVINCE,
    DRAW_CHANNEL,
    DRAW_AREA,
    DRAW_LATENT,
    DRAW_NOISE = DRAW_LATENT + LATENT,
    DRAW_SKIP = DRAW_NOISE + POPULATION_ITEMS,
    DRAW_RESPONDENT = DRAW_SKIP + POPULATION_ITEMS / 4,
    DRAW_MORE = DRAW_RESPONDENT + 2
};

/* SplitMix64 (Steele, Lea, Flood 2014) as a hash of a counter. */
static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t draw(uint64_t key, unsigned which)
{
    return mix(key + (which + 1) * 0x9e3779b97f4a7c15u);
}

/* Mean 0, variance 1: the sum of a word's four 16-bit quarters. */
static double noise(uint64_t word)
{
    const double mean = 4 * 65535 / 2.0;
    const double sd = 37837.227;
    uint64_t sum = (word & 0xffff) + (word >> 16 & 0xffff) +
                   (word >> 32 & 0xffff) + (word >> 48);

    return ((double)sum - mean) / sd;
}

/* 0 .. n - 1 */
static uint32_t below(uint64_t word, uint32_t n)
{
    return (uint32_t)((word >> 32) * n >> 32);
}

/* What is not explained of each construct, so that its variance is 1, and of
 * each item. */
static double rest_latent[LATENT];
static double rest_item[POPULATION_ITEMS];

static void derive(void)
{
    double cov[LATENT][LATENT] = {{0}};

    for (size_t to = 0; to < LATENT; to++) {
        double explained = 0;

        for (size_t k = 0; k < to; k++)
            for (size_t from = 0; from < to; from++)
                cov[to][k] += effect[to][from] * cov[from][k];
        for (size_t from = 0; from < to; from++) {
            cov[from][to] = cov[to][from];
            explained += effect[to][from] * cov[to][from];
        }
        cov[to][to] = 1;
        rest_latent[to] = sqrt(1 - explained);
    }
    for (size_t j = 0; j < POPULATION_ITEMS; j++)
        rest_item[j] = sqrt(1 - measure[j].loading * measure[j].loading);
}

static unsigned draw_province(uint64_t key)
{
    uint32_t person = below(draw(key, DRAW_PROVINCE), PEOPLE);
    unsigned i = 0;

    while (person >= people[i])
        person -= people[i++];
    return i;
}

static enum population_channel draw_channel(uint64_t key)
{
    uint32_t percent = below(draw(key, DRAW_CHANNEL), 100);

    return percent < 50 ? BY_SMS : percent < 80 ? BY_WEB : BY_AGENT;
}

static void draw_latents(uint64_t key, double latent[LATENT])
{
    for (size_t to = 0; to < LATENT; to++) {
        double x =
            rest_latent[to] * noise(draw(key, DRAW_LATENT + (unsigned)to));

        for (size_t from = 0; from < to; from++)
            x += effect[to][from] * latent[from];
        latent[to] = x;
    }
}

/* About 12 % complained: 1 = yes, 2 = no. */
static uint8_t draw_complaint(uint64_t key, double satisfaction)
{
    double x = noise(draw(key, DRAW_NOISE + COM0)) - 0.5 * satisfaction;

    return x > 1.31 ? 1 : 2;
}

static uint8_t draw_answer(uint64_t key, size_t j, const double *latent,
                           double shift)
{
    const struct measure *m = &measure[j];
    double x = m->loading * latent[m->construct] +
               rest_item[j] * noise(draw(key, DRAW_NOISE + (unsigned)j));

    x = m->mean + shift + m->sd * x;
    return x < 1 ? 1 : x > 10 ? 10 : (uint8_t)(x + 0.5);
}

static bool skipped(uint64_t key, size_t j)
{
    uint64_t word = draw(key, DRAW_SKIP + (unsigned)(j / 4));

    return (word >> 16 * (j % 4) & 0xffff) < 65536 / 50;
}

static void answer(const struct person *p, double shift, uint8_t *answers)
{
    double latent[LATENT];
    bool sms = p->channel == BY_SMS;
    size_t first = sms ? SAT_FIRST : 0;
    size_t end = sms ? COM0 : POPULATION_ITEMS;
    uint8_t complaint;

    draw_latents(p->key, latent);
    complaint = draw_complaint(p->key, latent[SAT]);
    for (size_t j = first; j < end; j++) {
        double more = j == COM1 && complaint == 1 ? shift_complained : 0;

        if (skipped(p->key, j) && !(sms && j == SAT_FIRST))
            continue;
        answers[j] = j == COM0 ? complaint
                               : draw_answer(p->key, j, latent, shift + more);
    }
    if (!answers[COM0])
        answers[COM1] = 0; /* neither of its questions was asked */
}

void population_person(const struct population *p, uint64_t row,
                       struct person *out)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct person who = {0};
    double shift;

    pthread_once(&once, derive);
    who.key = mix(mix(p->seed * PRODUCTS + p->product) + row);
    who.province = draw_province(who.key);
    who.channel =
        p->channel == CHANNELS_MIXED ? draw_channel(who.key) : p->channel;
    who.rural = below(draw(who.key, DRAW_AREA), 100) < 36;
    shift = shift_product[p->product] + shift_province[who.province] +
            shift_channel[who.channel] + (who.rural ? shift_rural : 0);
    answer(&who, shift, who.answers);
    *out = who;
}

uint32_t population_number(const struct person *p, unsigned which, uint32_t n)
{
    return below(draw(p->key, DRAW_MORE + which), n);
}

void population_respondent(const struct person *p, uint8_t out[16])
{
    bytes_put64(out, draw(p->key, DRAW_RESPONDENT));
    bytes_put64(out + 8, draw(p->key, DRAW_RESPONDENT + 1));
}
