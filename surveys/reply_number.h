/* reply_number.h - one number as people write it. */
#ifndef SURVEYS_REPLY_NUMBER_H
#define SURVEYS_REPLY_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

enum {
    NUMBER_ODD = -1, /* leading zeros, mixed scripts, 七八 */
    NUMBER_LONG = -2 /* five digits and more: a telephone number, a service */
};

struct number {
    size_t len; /* bytes; 0: none here */
    int value;  /* 0-9999, or NUMBER_... */
    bool han;   /* in Chinese numerals */
};

/* The number at the start of a folded text: digits of one script (0-9, Arabic,
 * Persian, Tibetan, Mongolian, Dai), or Chinese numerals up to 100, everyday,
 * formal, or of the market. */
struct number number_at(const char *text, size_t len);

#endif
