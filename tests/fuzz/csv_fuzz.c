/* csv_fuzz.c - any bytes as a delimited file, in both character sets; reading
 * on from an offset gives what reading through gives. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "surveys/csv.h"
#include "surveys/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What a reading saw, in few words. */
struct reading {
    uint64_t good, bad, sum, last_line;
};

static void check(const struct csv *c, const struct csv_field *row,
                  struct reading *seen)
{
    for (size_t i = 0; i < csv_columns(c); i++) {
        if (row[i].text[row[i].len] || strlen(row[i].text) != row[i].len ||
            utf8_valid(row[i].text, row[i].len) != row[i].len)
            __builtin_trap();
        for (size_t k = 0; k < row[i].len; k++)
            seen->sum = seen->sum * 31 + (unsigned char)row[i].text[k];
        seen->sum = seen->sum * 31 + row[i].len;
    }
}

/* Read to the end; *middle becomes the offset behind the first record and
 * *first what was seen up to there. */
static bool read_all(const char *path, const struct csv_options *options,
                     struct reading *seen, uint64_t *middle,
                     struct reading *first)
{
    struct csv *c = NULL;
    const struct csv_field *row;
    struct err err = {""};
    uint64_t offset = 0;
    enum status st = csv_open(path, options, &c, &err);

    if (st != ST_OK) {
        if (c || !err.text[0])
            __builtin_trap();
        return false;
    }
    while ((st = csv_next(c, &row, &err)) == ST_OK || st == ST_INVALID) {
        if (csv_offset(c) <= offset || csv_line(c) < seen->last_line)
            __builtin_trap();
        offset = csv_offset(c);
        seen->last_line = csv_line(c);
        if (st == ST_OK)
            check(c, row, seen);
        seen->good += st == ST_OK;
        seen->bad += st != ST_OK;
        if (seen->good + seen->bad == 1 && middle) {
            *middle = offset;
            *first = *seen;
        }
    }
    csv_close(&c);
    return st == ST_NOTFOUND;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const int fd = memfd_create("csv", MFD_CLOEXEC);
    char path[64];

    if (fd < 0 || write(fd, data, len) != (ssize_t)len)
        __builtin_trap();
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    for (int gb = 0; gb < 2; gb++) {
        struct csv_options options = {.encoding = gb ? "gb18030" : NULL};
        struct reading whole = {0, 0, 0, 0}, first = {0, 0, 0, 0};
        uint64_t middle = 0;

        if (!read_all(path, &options, &whole, &middle, &first) || !middle)
            continue;
        options.skip_to = middle; /* `first` goes on from there */
        if (!read_all(path, &options, &first, NULL, NULL) ||
            memcmp(&first, &whole, sizeof first))
            __builtin_trap();
    }
    close(fd);
    return 0;
}
