/* calendar_fuzz.c - any bytes as a calendar, and as quiet hours: the next
 * moment to write is one in which nothing forbids it. */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "surveys/calendar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const int64_t day = 86400000, start = 1795305600000; /* 2026-11-22 */

static void ask(const struct calendar *c, struct quiet_hours hours)
{
    static const char *const provinces[] = {"", "65", "11"};

    for (size_t p = 0; p < 3; p++)
        for (int64_t at = start; at < start + 3 * day; at += day * 5 / 24) {
            const int64_t next = calendar_next(c, hours, provinces[p], at);

            if (next < at ||
                (next != INT64_MAX &&
                 calendar_next(c, hours, provinces[p], next) != next))
                __builtin_trap();
            (void)calendar_workday(c, provinces[p], at);
        }
    for (size_t p = 0; p < 3; p++) {
        const int64_t minutes =
            calendar_minutes(c, hours, provinces[p], start, start + 2 * day);

        if (minutes < 0 || minutes > 2 * 24 * 60)
            __builtin_trap();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const int fd = memfd_create("calendar", MFD_CLOEXEC);
    struct quiet_hours hours = {21 * 60, 8 * 60}, none = {0, 0};
    struct calendar *c = NULL;
    struct err err = {""};
    char path[64], text[16] = "";

    if (fd < 0 || write(fd, data, len) != (ssize_t)len)
        __builtin_trap();
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    memcpy(text, data, len < sizeof text ? len : sizeof text - 1);
    if (quiet_hours_parse(text, &hours, &err) != ST_OK && !err.text[0])
        __builtin_trap();
    err.text[0] = '\0';
    if (calendar_load(path, &c, &err) == ST_OK) {
        ask(c, hours);
        ask(c, none);
    } else if (c || !err.text[0]) {
        __builtin_trap();
    }
    calendar_free(&c);
    close(fd);
    return 0;
}
