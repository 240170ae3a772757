/* attack.h - somebody who keeps all that readers ever saw and solves for what
 * they did not.
 *
 * What is seen are sums of unknowns: equations.  A wanted sum is known exactly
 * when it is a combination of them, which elimination over a field finds
 * without rounding (a combination over the rationals is one modulo a large
 * prime, but for an accident of one in 2^61).
 */
#ifndef TESTS_ATTACK_H
#define TESTS_ATTACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ATTACK_PRIME ((UINT64_C(1) << 61) - 1)
enum { UNKNOWNS_MAX = 160 };

struct attacker {
    size_t unknowns, rows;
    uint64_t row[UNKNOWNS_MAX][UNKNOWNS_MAX]; /* reduced, leading 1 */
    size_t lead[UNKNOWNS_MAX];
};

__extension__ typedef unsigned __int128 attack_wide;

static inline uint64_t attack_times(uint64_t a, uint64_t b)
{
    return (uint64_t)((attack_wide)a * b % ATTACK_PRIME);
}

static inline uint64_t attack_inverse(uint64_t a)
{
    uint64_t power = ATTACK_PRIME - 2, out = 1;

    for (; power; power >>= 1, a = attack_times(a, a))
        if (power & 1)
            out = attack_times(out, a);
    return out;
}

/* What is left of the equation when all known is taken off. */
static inline void attack_reduce(const struct attacker *a, uint64_t *v)
{
    for (size_t r = 0; r < a->rows; r++) {
        const uint64_t by = v[a->lead[r]];

        for (size_t k = 0; by && k < a->unknowns; k++)
            v[k] = (v[k] + ATTACK_PRIME - attack_times(by, a->row[r][k])) %
                   ATTACK_PRIME;
    }
}

/* `sum[k]` is 1 where unknown k is part of what is seen. */
static inline void attack_see(struct attacker *a, const bool *sum)
{
    uint64_t v[UNKNOWNS_MAX];
    size_t lead = 0;
    uint64_t scale;

    for (size_t k = 0; k < a->unknowns; k++)
        v[k] = sum[k];
    attack_reduce(a, v);
    while (lead < a->unknowns && !v[lead])
        lead++;
    if (lead == a->unknowns)
        return;
    scale = attack_inverse(v[lead]);
    for (size_t k = 0; k < a->unknowns; k++)
        a->row[a->rows][k] = attack_times(v[k], scale);
    a->lead[a->rows++] = lead;
}

static inline bool attack_knows(const struct attacker *a, const bool *sum)
{
    uint64_t v[UNKNOWNS_MAX];

    for (size_t k = 0; k < a->unknowns; k++)
        v[k] = sum[k];
    attack_reduce(a, v);
    for (size_t k = 0; k < a->unknowns; k++)
        if (v[k])
            return false;
    return true;
}

#endif
