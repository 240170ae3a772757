/* feed_fuzz.c - any bytes as a feed of events, CSV or JSON lines, and each row
 * of it as an event. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "event.h"
#include "surveys/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char yaml[] =
    "survey: small\ntitle: {en: Small}\n"
    "attributes:\n  - code: AGE\n    values:\n"
    "      - {code: 1, text: {en: young}}\n"
    "items:\n  - code: A1\n    scale: {min: 1, max: 10}\n"
    "    text: {en: How?}\nshort: [A1]\n";

static struct survey *survey;
static struct codes *codes;
static struct aliases *aliases;

static void load(void)
{
    const char *root = getenv("ROOT");
    char folder[4096], file[4200];

    (void)snprintf(folder, sizeof folder, "%s/surveys/codes",
                   root ? root : ".");
    (void)snprintf(file, sizeof file, "%s/aliases.csv", folder);
    if (survey_parse("small", yaml, sizeof yaml - 1, NULL, NULL, &survey,
                     NULL) != ST_OK ||
        codes_load(folder, NULL, &codes, NULL) != ST_OK ||
        aliases_load(file, &aliases, NULL) != ST_OK)
        __builtin_trap();
}

static void check_row(const struct feed_row *row)
{
    for (size_t i = 0; i < FEED_SLOTS; i++) {
        const struct csv_field *f = &row->slot[i];

        if (strlen(f->text) != f->len || utf8_valid(f->text, f->len) != f->len)
            __builtin_trap();
    }
}

static void check_event(const struct event *e)
{
    const size_t digits = strspn(e->contact, "0123456789");

    if (e->contact[digits] || (digits && digits != 11))
        __builtin_trap();
    if (!memchr(e->context.province, '\0', sizeof e->context.province) ||
        !memchr(e->language, '\0', sizeof e->language) ||
        !memchr(e->activated, '\0', sizeof e->activated) ||
        e->context.attributes[0] > 1)
        __builtin_trap();
}

static void read_all(const char *path, const char *encoding)
{
    static const struct plan plan = {.wire = {.purpose = PURPOSE_INSTANT},
                                     .language = "zh-CN"};
    static const struct person_key key = {{1, 2, 3}};
    const struct feed_options o = {
        .encoding = encoding, .survey = survey, .aliases = aliases};
    const struct event_reader how = {&plan, survey, codes, &key,
                                     INT64_C(1795312800000)};
    struct feed *f = NULL;
    struct feed_row row;
    struct err err = {""};
    uint64_t offset = 0;
    enum status st = feed_open(path, &o, &f, &err);

    if (st != ST_OK && (f || !err.text[0]))
        __builtin_trap();
    while (st == ST_OK || (st == ST_INVALID && f)) {
        struct event e;

        st = feed_next(f, &row, &err);
        if (st != ST_OK && st != ST_INVALID)
            break;
        if (feed_offset(f) <= offset || (st != ST_OK && !err.text[0]))
            __builtin_trap();
        offset = feed_offset(f);
        if (st != ST_OK)
            continue;
        check_row(&row);
        if (event_read(&how, &row, &e, &err) == ST_OK)
            check_event(&e);
    }
    feed_close(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const int fd = memfd_create("feed", MFD_CLOEXEC);
    char path[64];

    if (!survey)
        load();
    if (fd < 0 || write(fd, data, len) != (ssize_t)len)
        __builtin_trap();
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    read_all(path, NULL);
    read_all(path, "gb18030");
    close(fd);
    return 0;
}
