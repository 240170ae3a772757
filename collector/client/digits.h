/* digits.h - digits as people write them, and what they put between. */
#ifndef CLIENT_DIGITS_H
#define CLIENT_DIGITS_H

#include <stdbool.h>
#include <stdint.h>

/* The value of a digit of any script that people type, or -1. */
static inline int digits_value(uint32_t c)
{
    static const uint32_t chinese[] = {0x3007, 0x4e00, 0x4e8c, 0x4e09,
                                       0x56db, 0x4e94, 0x516d, 0x4e03,
                                       0x516b, 0x4e5d}; /* 〇一…九 */

    if (c >= '0' && c <= '9')
        return (int)(c - '0');
    if (c >= 0xff10 && c <= 0xff19) /* full width */
        return (int)(c - 0xff10);
    for (int i = 0; i < 10; i++)
        if (c == chinese[i])
            return i;
    if (c == 0x96f6) /* 零 */
        return 0;
    return c == 0x5e7a ? 1 : -1; /* 幺, as numbers are read out */
}

/* Blanks, dots and hyphens within a number. */
static inline bool digits_join(uint32_t c)
{
    return c == ' ' || c == 0xa0 || c == 0x3000 || c == '-' || c == '.' ||
           c == 0xff0d || c == 0x2010 || c == 0x2011 || c == 0x2013 ||
           c == 0x2014 || c == 0x2212;
}

#endif
