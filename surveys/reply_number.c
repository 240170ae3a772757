/* reply_number.c - see reply_number.h. */
#include "reply_number.h"

#include <stdint.h>

#include "surveys/utf8.h"

static const uint32_t zeros[] = {'0',    0x660,  0x6f0,  0xf20,
                                 0x1810, 0x19d0, 0x1a80, 0x1a90};

/* 0-9, and the script's zero to *zero; else -1. */
static int digit(uint32_t c, uint32_t *zero)
{
    for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++)
        if (c >= zeros[i] && c <= zeros[i] + 9) {
            *zero = zeros[i];
            return (int)(c - zeros[i]);
        }
    return -1;
}

/* 0-9, 10 or 100; else -1. */
static int numeral(uint32_t c)
{
    static const struct {
        uint32_t c;
        int value;
    } all[] = {{0x3007, 0},   {0x96f6, 0},               /* 〇 零 */
               {0x4e00, 1},   {0x58f9, 1},  {0x5f0c, 1}, /* 一 壹 弌 */
               {0x4e8c, 2},   {0x8d30, 2},  {0x4e24, 2}, /* 二 贰 两 */
               {0x4e09, 3},   {0x53c1, 3},               /* 三 叁 */
               {0x56db, 4},   {0x8086, 4},               /* 四 肆 */
               {0x4e94, 5},   {0x4f0d, 5},               /* 五 伍 */
               {0x516d, 6},   {0x9646, 6},               /* 六 陆 */
               {0x4e03, 7},   {0x67d2, 7},               /* 七 柒 */
               {0x516b, 8},   {0x634c, 8},               /* 八 捌 */
               {0x4e5d, 9},   {0x7396, 9},               /* 九 玖 */
               {0x5341, 10},  {0x62fe, 10},              /* 十 拾 */
               {0x767e, 100}, {0x4f70, 100}};            /* 百 佰 */

    if (c >= 0x3021 && c <= 0x3029) /* 〡 to 〩 */
        return (int)(c - 0x3021) + 1;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].c == c)
            return all[i].value;
    return -1;
}

static struct number digits(const char *text, size_t len)
{
    const char *at = text, *const end = text + len;
    struct number n = {0};
    uint32_t first = 0, zero = 0;
    bool mixed = false, leading = false;
    size_t count = 0;

    while (at < end) {
        const char *next = at;
        const int d = digit(utf8_next(&next, end), &zero);

        if (d < 0)
            break;
        if (!count)
            first = zero;
        mixed = mixed || zero != first;
        leading = leading || (count == 0 && d == 0);
        if (++count <= 4)
            n.value = n.value * 10 + d;
        at = next;
    }
    n.len = (size_t)(at - text);
    if (count > 4)
        n.value = NUMBER_LONG;
    if (mixed || (leading && count > 1))
        n.value = NUMBER_ODD;
    return n;
}

/* 十, 一十, 十二, 二十, 二十二, 百, 一百, 一〇; a longer run of numerals is
 * no number, and neither is 七八. */
static int han_value(const int *v, size_t count)
{
    if (count == 1)
        return v[0];
    if (count == 2 && v[0] == 1 && v[1] == 0)
        return 10;
    if (count == 2 && v[0] == 1 && v[1] == 100)
        return 100;
    if (count == 2 && v[0] == 10 && v[1] > 0 && v[1] < 10)
        return 10 + v[1];
    if (v[0] < 1 || v[0] > 9 || v[1] != 10)
        return NUMBER_ODD;
    if (count == 2)
        return 10 * v[0];
    return count == 3 && v[2] > 0 && v[2] < 10 ? 10 * v[0] + v[2] : NUMBER_ODD;
}

static struct number han(const char *text, size_t len)
{
    const char *at = text, *const end = text + len;
    struct number n = {.han = true};
    int v[4] = {0};
    size_t count = 0;

    while (at < end) {
        const char *next = at;
        const int d = numeral(utf8_next(&next, end));

        if (d < 0)
            break;
        if (count < 4)
            v[count] = d;
        count++;
        at = next;
    }
    n.len = (size_t)(at - text);
    n.value = count > 4 ? NUMBER_ODD : count ? han_value(v, count) : 0;
    return n;
}

struct number number_at(const char *text, size_t len)
{
    struct number n = digits(text, len);

    return n.len ? n : han(text, len);
}
