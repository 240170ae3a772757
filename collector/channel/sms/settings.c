/* settings.c - what can be told of a setting without beginning anything. */
#include "settings.h"

#include <ctype.h>
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/address.h"
#include "phrases.h"
#include "surveys/calendar.h"
#include "surveys/reply.h"

static enum status check_file(const char *text, struct err *cause)
{
    struct stat st;

    if (!*text)
        return ST_OK;
    if (stat(text, &st) != 0 || access(text, R_OK) != 0)
        return err_set(cause, ST_NOTFOUND, "%s: %s", text, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return err_set(cause, ST_INVALID, "%s: a folder", text);
    return ST_OK;
}

/* The file itself may be yet to be made. */
static enum status check_outbox(const char *text, struct err *cause)
{
    char *copy = strdup(text);
    enum status st = ST_OK;

    if (!copy)
        return err_set(cause, ST_NOMEM, "out of memory");
    if (access(dirname(copy), W_OK) != 0)
        st = err_set(cause, ST_NOTFOUND, "%s: %s", text, strerror(errno));
    free(copy);
    return st;
}

static enum status check_collector(const char *text, struct err *cause)
{
    if (*text && !address_legal(text, false))
        return err_set(cause, ST_INVALID,
                       "'%s' is not an address (tcp://HOST:PORT)", text);
    return ST_OK;
}

static enum status check_url(const char *text, struct err *cause)
{
    const size_t scheme = strncmp(text, "http://", 7) == 0    ? 7
                          : strncmp(text, "https://", 8) == 0 ? 8
                                                              : 0;

    if (!*text)
        return ST_OK;
    for (const char *c = text; *c; c++)
        if (!isgraph((unsigned char)*c))
            return err_set(cause, ST_INVALID, "'%s': not a URL", text);
    if (!scheme || !text[scheme] || strlen(text) > 200)
        return err_set(cause, ST_INVALID, "'%s': not a URL (http://…)", text);
    return ST_OK;
}

static enum status check_loopback(const char *text, struct err *cause)
{
    return *text ? address_loopback(text, cause) : ST_OK;
}

static enum status check_port(const char *text, struct err *cause)
{
    const size_t len = strlen(text);

    if (strspn(text, "0123456789") != len || len > 21)
        return err_set(cause, ST_INVALID,
                       "'%s': not a number of at most 21 "
                       "digits",
                       text);
    return ST_OK;
}

static enum status check_quiet(const char *text, struct err *cause)
{
    struct quiet_hours hours;

    return quiet_hours_parse(text, &hours, cause);
}

static enum status check_calendar(const char *text, struct err *cause)
{
    struct calendar *c = NULL;
    enum status st = calendar_load(text, &c, cause);

    calendar_free(&c);
    return st;
}

static enum status check_texts(const char *text, struct err *cause)
{
    struct phrases *p = NULL;
    enum status st = phrases_load(text, &p, cause);

    phrases_free(&p);
    return st;
}

static enum status check_opt_out(const char *text, struct err *cause)
{
    struct reply_words *w = NULL;
    enum status st = reply_words_new(text, "", &w, cause);

    reply_words_free(&w);
    return st;
}

static enum status check_opt_in(const char *text, struct err *cause)
{
    struct reply_words *w = NULL;
    enum status st = reply_words_new("", text, &w, cause);

    reply_words_free(&w);
    return st;
}

static const struct {
    const char *option;
    enum status (*check)(const char *text, struct err *cause);
} checks[] = {{"collector", check_collector},
              {"server-key", check_file},
              {"key", check_file},
              {"outbox", check_outbox},
              {"hash-key", check_file},
              {"contact-key", check_file},
              {"callback", check_url},
              {"callback-key", check_file},
              {"sendsms", check_url},
              {"password", check_file},
              {"port", check_port},
              {"quiet", check_quiet},
              {"calendar", check_calendar},
              {"link", check_url},
              {"texts", check_texts},
              {"opt-out", check_opt_out},
              {"opt-in", check_opt_in},
              {"metrics", check_loopback}};

enum status sms_check(const char *option, const char *text, struct err *cause)
{
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (streq(checks[i].option, option))
            return checks[i].check(text, cause);
    return ST_OK;
}
