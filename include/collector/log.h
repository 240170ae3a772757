/* log.h - one line an event, logfmt, on stderr.
 *
 *     ts=2026-11-22T05:00:00.123Z level=info event=committed rows=512 ms=3
 *
 * Whoever decides logs, once.  Never an answer, a comment or a phone number.
 * Safe from any thread; a line is written by one write(2).
 */
#ifndef COLLECTOR_LOG_H
#define COLLECTOR_LOG_H

/* Not LOG_INFO: syslog.h, which czmq.h brings along, owns that name. */
enum log_level { LEVEL_ERROR, LEVEL_WARN, LEVEL_INFO, LEVEL_DEBUG };

void log_open(enum log_level threshold);

/* `event` is one word; `format` makes further key=value pairs (NULL: none).
 * Values with blanks or quotes go through log_quote. */
__attribute__((format(printf, 3, 4))) void
log_event(enum log_level level, const char *event, const char *format, ...);

/* `text` as a logfmt value: quoted and escaped where needed, cut to fit.  The
 * result is `out`. */
#define LOG_QUOTE_MAX 1100
const char *log_quote(const char *text, char out[LOG_QUOTE_MAX]);

#endif
