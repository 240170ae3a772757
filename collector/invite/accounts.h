/* accounts.h - on how many accounts a number was seen: up to three are told
 * apart, four are a shared number for good.
 *
 * One number of 64 bits: three fingerprints of 20 bits, whether there were
 * more, and whether it changed since it was read.  Two accounts of one number
 * have the same fingerprint once in a million.
 */
#ifndef INVITE_ACCOUNTS_H
#define INVITE_ACCOUNTS_H

#include "base/bytes.h"
#include "base/limits.h"

#define ACCOUNTS_SHARED  (UINT64_C(1) << 63)
#define ACCOUNTS_CHANGED (UINT64_C(1) << 62) /* never on disk */
#define ACCOUNT_BITS     20

static inline uint64_t accounts_add(uint64_t accounts,
                                    const uint8_t account[ID_SIZE])
{
    const uint64_t mask = (UINT64_C(1) << ACCOUNT_BITS) - 1;
    const uint64_t print = 1 + bytes_get64(account) % mask; /* never 0 */

    for (unsigned shift = 0; shift < 3 * ACCOUNT_BITS; shift += ACCOUNT_BITS) {
        const uint64_t one = accounts >> shift & mask;

        if (one == print)
            return accounts;
        if (one == 0)
            return accounts | print << shift | ACCOUNTS_CHANGED;
    }
    return accounts & ACCOUNTS_SHARED
               ? accounts
               : accounts | ACCOUNTS_SHARED | ACCOUNTS_CHANGED;
}

#endif
