/* page_check.h - what must hold of every page: well-formed, nothing that the
 * policy would refuse, and no more than fits a connection's first round trip.
 */
#ifndef TESTS_PAGE_CHECK_H
#define TESTS_PAGE_CHECK_H

#include "page_samples.h"

#include <zlib.h>

enum { WIRE_MAX = 14 * 1024 };

static bool is_void(const char *name)
{
    static const char *const list[] = {"meta", "input", "link", "br", "li"};

    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (streq(name, list[i]))
            return true;
    return false;
}

/* No handler among a tag's attributes. */
static void check_tag(const char *tag)
{
    const char *end = strchr(tag, '>');

    assert_non_null(end);
    for (const char *at = tag; (at = strstr(at, " on")) && at < end; at++)
        assert_true(at[3 + strspn(at + 3, "abcdefghijklmnopqrstuvwxyz")] !=
                    '=');
}

/* Tags open and close in order; <li> needs no end. */
static void check_nesting(const char *page)
{
    char open[64][16];
    size_t depth = 0;

    for (const char *at = page; (at = strchr(at, '<')); at++) {
        char name[16] = "";
        const bool end = at[1] == '/';

        if (at[1] == '!')
            continue;
        check_tag(at);
        assert_int_equal(sscanf(at + 1 + end, "%15[a-z0-9]", name), 1);
        if (streq(name, "style"))
            at = strstr(at, "</style");
        else if (end && !is_void(name)) {
            assert_true(depth > 0);
            assert_string_equal(open[--depth], name);
        } else if (!is_void(name)) {
            assert_true(depth < 64);
            (void)snprintf(open[depth++], 16, "%s", name);
        }
    }
    assert_int_equal(depth, 0);
}

static size_t count(const char *page, const char *what)
{
    size_t n = 0;

    for (; (page = strstr(page, what)); page++)
        n++;
    return n;
}

static size_t packed(const char *page)
{
    unsigned char out[1 << 16];
    union { /* zlib only reads it */
        const char *from;
        unsigned char *to;
    } text = {.from = page};
    z_stream z = {.next_in = text.to,
                  .avail_in = (unsigned)strlen(page),
                  .next_out = out,
                  .avail_out = sizeof out};

    assert_int_equal(
        deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return z.total_out;
}

static inline void check_page(const char *page)
{
    check_nesting(page);
    assert_int_equal(count(page, "<h1>"), 1);
    assert_int_equal(count(page, "<main>"), 1);
    assert_int_equal(count(page, "<title>"), 1);
    assert_int_equal(count(page, "<style>"), 1);
    assert_int_equal(count(page, "style=\""), 0);
    assert_int_equal(count(page, "<script"), 0);
    assert_int_equal(count(page, "=&quot;"), 0);
    assert_int_equal(count(page, " src="), 0);
    assert_int_equal(count(page, "tel:10000"), 1);
    assert_int_equal(count(page, "?show=privacy"), 1);
    assert_true(packed(page) <= WIRE_MAX);
}

#endif
