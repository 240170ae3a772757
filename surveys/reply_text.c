/* reply_text.c - see reply_text.h.
 *
 * Folding makes 10 of "1⁰" and 82 of "8²", and leaves ❽ and 🔟 as they are, so
 * these are replaced before.  Costs one pass and what utf8_fold costs.
 */
#include "reply_text.h"

#include <stdio.h>

#include "surveys/utf8.h"

/* traditional, simplified, traditional, ...: all of three bytes */
static const char simpler[] =
    "滿满沒没還还給给評评選选復复覆复點点師师傅傅維维務务態态網网絡络號号電电"
    "話话寬宽帶带錢钱塊块個个幾几兩两貳贰叄叁陸陆極极級级較较裡里裏里謝谢單单"
    "鐘钟鍾钟時时間间訴诉斷断壞坏決决處处來来這这樣样無无問问題题線线覺觉應应"
    "該该為为爲为說说對对總总體体們们麼么價价費费業业員员廳厅術术質质優优讚赞"
    "贊赞貴贵樓楼層层歲岁萬万億亿週周後后從从條条張张雙双過过嗎吗訂订氣气熱热"
    "專专準准確确認认負负責责禮礼穩稳訊讯聯联繫系係系會会舉举報报長长協协費费"
    "終终於于現现場场與与開开關关難难讓让請请實实際际簡简變变遠远邊边將将當当"
    "種种嗯嗯數数違违檢检門门閱阅間间壓压顧顾勞劳動动種种達达運运進进連连機机";

static void simplify(uint8_t *text, size_t len)
{
    for (size_t i = 0; i + 3 <= len; i++) {
        if (text[i] < 0xe4 || text[i] > 0xe9) /* no Han */
            continue;
        for (size_t k = 0; k + 6 < sizeof simpler; k += 6)
            if (!memcmp(text + i, simpler + k, 3)) {
                memcpy(text + i, simpler + k + 3, 3);
                break;
            }
        i += 2;
    }
}

/* The number in a ring, 1-10, that has no compatible form; else 0. */
static unsigned ringed(uint32_t c)
{
    if (c >= 0x2776 && c <= 0x2793) /* ❶ ➀ ➊ */
        return (c - 0x2776) % 10 + 1;
    if (c >= 0x24f5 && c <= 0x24fe) /* ⓵ */
        return c - 0x24f5 + 1;
    return c == 0x1f51f ? 10 : 0; /* 🔟 */
}

static bool odd_digit(uint32_t c)
{
    return c == 0xb2 || c == 0xb3 || c == 0xb9 || (c >= 0xbc && c <= 0xbe) ||
           (c >= 0x2070 && c <= 0x2089) || (c >= 0x2150 && c <= 0x215f) ||
           c == 0x2189 || (c >= 0x1f100 && c <= 0x1f10a);
}

/* What stands for `c`: "" when it may stay; at most four bytes. */
static void replace(uint32_t c, char out[8])
{
    const unsigned n = ringed(c);

    out[0] = '\0';
    if (n)
        (void)snprintf(out, 8, "(%u)", n);
    else if (odd_digit(c))
        memcpy(out, "^", 2);
    else if (c == 0x2019 || c == 0x2018)
        memcpy(out, "'", 2);
}

enum status reply_plain(const char *text, size_t len, struct buffer *out)
{
    const char *at = text, *kept = text, *const end = text + len;
    const size_t start = out->len;
    enum status st = ST_OK;
    char other[8];

    if (utf8_valid(text, len) != len)
        return ST_INVALID;
    while (st == ST_OK && at < end) {
        const char *const here = at;

        replace(utf8_next(&at, end), other);
        if (!other[0])
            continue;
        st = utf8_fold(kept, (size_t)(here - kept), out);
        if (st == ST_OK)
            st = buffer_add(out, other, strlen(other));
        kept = at;
    }
    if (st == ST_OK)
        st = utf8_fold(kept, (size_t)(end - kept), out);
    if (st == ST_OK)
        st = buffer_reserve(out, 1);
    if (st != ST_OK)
        return st;
    out->data[out->len] = '\0';
    simplify(out->data + start, out->len - start);
    return ST_OK;
}

bool reply_letter(uint32_t c)
{
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
    if (c < 0xc0)
        return false;
    return !((c >= 0x2000 && c <= 0x2bff) || (c >= 0x3000 && c <= 0x3004) ||
             (c >= 0x3008 && c <= 0x3020) || c == 0x3030 || c == 0x60c ||
             c == 0x61b || c == 0x61f || c == 0x6d4 || c == 0x66a ||
             (c >= 0xe000 && c <= 0xf8ff) || (c >= 0xfe10 && c <= 0xfe6f) ||
             (c >= 0xff00 && c <= 0xff0f) || (c >= 0x1f000 && c <= 0x1faff) ||
             (c >= 0xf08 && c <= 0xf14) || (c >= 0x1800 && c <= 0x180e));
}
