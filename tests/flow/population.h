/* population.h - a generated nation of customers whose truth is known.
 *
 * Every person follows from (seed, row) alone, so that any row can be made by
 * itself, on any machine, with the same bytes: random numbers are a hash of
 * (seed, row, which draw), and only whole numbers, +, *, / and sqrt of IEEE
 * doubles are used.  A person costs about 0.3 us.
 *
 * The truth, all of it in population.c as tables:
 *   - seven constructs tied by the twelve paths of the tcsi definitions, each
 *     of variance 1;
 *   - an answer is  mean + shifts + sd (loading construct + rest noise),
 *     rounded and cut to 1..10;
 *   - shifts, in points of the 1-10 scale and the same for all items, of
 *     product, province, channel and area;
 *   - the share of those who complained (COM0 = 1) falls with satisfaction,
 *     and they rate the handling one point lower;
 *   - each answer is missing with probability 0.02, COM1 also where COM0 is.
 * Noise is a sum of four uniforms (Irwin-Hall): near normal, no tails past
 * 3.5 standard deviations.
 */
#ifndef TESTS_POPULATION_H
#define TESTS_POPULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { POPULATION_ITEMS = 24, POPULATION_PROVINCES = 31 };

enum population_product { PRODUCT_FIX, PRODUCT_MOB, PRODUCT_BBD, PRODUCTS };
enum population_channel { BY_SMS, BY_WEB, BY_AGENT, CHANNELS_MIXED };

struct population {
    uint64_t seed;
    enum population_product product;
    enum population_channel channel; /* CHANNELS_MIXED: 50, 30 and 20 % */
};

struct person {
    uint64_t key;      /* of all draws of this person */
    unsigned province; /* 0..30 */
    enum population_channel channel;
    bool rural;
    /* as stored, in the order of the tcsi definitions; 0 = missing.  By SMS
     * only SAT1-3 are asked, and SAT1 is never missing. */
    uint8_t answers[POPULATION_ITEMS];
};

void population_person(const struct population *p, uint64_t row,
                       struct person *out);

/* More of a person: a number from 0 to `below` - 1 for each `which`. */
uint32_t population_number(const struct person *p, unsigned which,
                           uint32_t below);
/* A keyed-hash-like 16 bytes; nobody is asked twice. */
void population_respondent(const struct person *p, uint8_t out[16]);

/* Names: item codes, and first two digits of GB/T 2260. */
extern const char *const population_item[POPULATION_ITEMS];
extern const char *const population_province[POPULATION_PROVINCES];

#endif
