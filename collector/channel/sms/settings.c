/* settings.c - what can be told of a setting before manyi-sms begins. */
#include "settings.h"

#include <ctype.h>
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <unistd.h>

#include "collector/settings.h"
#include "phrases.h"
#include "surveys/calendar.h"
#include "surveys/reply.h"

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

enum status sms_check(const char *option, const char *text, struct err *cause)
{
    static const struct setting table[] = {{"collector", setting_collector},
                                           {"server-key", setting_file},
                                           {"key", setting_file},
                                           {"outbox", check_outbox},
                                           {"hash-key", setting_file},
                                           {"contact-key", setting_file},
                                           {"callback", check_url},
                                           {"callback-key", setting_file},
                                           {"sendsms", check_url},
                                           {"password", setting_file},
                                           {"port", check_port},
                                           {"quiet", check_quiet},
                                           {"calendar", check_calendar},
                                           {"link", check_url},
                                           {"texts", check_texts},
                                           {"opt-out", check_opt_out},
                                           {"opt-in", check_opt_in},
                                           {"metrics", setting_loopback},
                                           {NULL, NULL}};

    return settings_check(table, option, text, cause);
}
