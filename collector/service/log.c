/* log.c - see collector/log.h.
 *
 * A line is put together on the stack and leaves by one write(2), so lines of
 * several threads or processes never mix and logging allocates nothing.
 * Control characters are replaced whatever the caller did: one event can not
 * be made to look like two.
 */
#include "collector/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "surveys/utf8.h"

#define LINE_SIZE 4096

static _Atomic int highest = LEVEL_INFO;

static const char *const level_names[] = {"error", "warn", "info", "debug"};

void log_open(enum log_level threshold)
{
    atomic_store(&highest, (int)threshold);
}

static size_t print_head(char *line, size_t size, enum log_level level,
                         const char *event)
{
    struct timespec now;
    struct tm utc;
    char second[32];
    int n;

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(second, sizeof second, "%Y-%m-%dT%H:%M:%S", &utc);
    n = snprintf(line, size, "ts=%s.%03dZ level=%s event=%s", second,
                 (int)(now.tv_nsec / 1000000), level_names[level], event);
    return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
    char line[LINE_SIZE];
    size_t len;
    va_list args;

    if ((int)level > atomic_load(&highest))
        return;
    len = print_head(line, sizeof line - 1, level, event);
    if (format && len + 2 < sizeof line) {
        int n;

        line[len++] = ' ';
        va_start(args, format);
        n = vsnprintf(line + len, sizeof line - 1 - len, format, args);
        va_end(args);
        if (n > 0)
            len += strnlen(line + len, (size_t)n);
    }
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
            line[i] = '?';
    line[len++] = '\n';
    /* a log that can not be written has nobody to tell */
    if (write(STDERR_FILENO, line, len) < 0)
        return;
}

static bool bare(const char *text)
{
    for (const char *p = text; *p; p++)
        if ((unsigned char)*p <= ' ' || *p == '"' || *p == '=' || *p == '\\' ||
            (unsigned char)*p >= 0x7f)
            return false;
    return *text != '\0';
}

/* How one character stands in the quoted form; returns the bytes taken. */
static size_t escape(const char *text, size_t left, char out[8])
{
    const unsigned char c = (unsigned char)*text;
    size_t n;

    if (c == '"' || c == '\\')
        snprintf(out, 8, "\\%c", c);
    else if (c == '\n')
        snprintf(out, 8, "\\n");
    else if (c < ' ' || c == 0x7f)
        snprintf(out, 8, "\\u%04x", c);
    else if (c < 0x80)
        snprintf(out, 8, "%c", c);
    else {
        n = 1;
        while (n < 4 && n < left && ((unsigned char)text[n] & 0xc0) == 0x80)
            n++;
        if (utf8_valid(text, n) == n) {
            memcpy(out, text, n);
            out[n] = '\0';
            return n;
        }
        snprintf(out, 8, "\\x%02x", c);
    }
    return 1;
}

const char *log_quote(const char *text, char out[LOG_QUOTE_MAX])
{
    size_t len = 0, left = strlen(text);
    char piece[8];

    if (bare(text) && left < LOG_QUOTE_MAX) {
        memcpy(out, text, left + 1);
        return out;
    }
    out[len++] = '"';
    while (left) {
        const size_t taken = escape(text, left, piece);
        const size_t n = strlen(piece);

        if (len + n + 2 > LOG_QUOTE_MAX) /* room for the quote and the NUL */
            break;
        memcpy(out + len, piece, n);
        len += n;
        text += taken;
        left -= taken;
    }
    out[len++] = '"';
    out[len] = '\0';
    return out;
}
