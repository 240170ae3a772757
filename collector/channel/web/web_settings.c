/* web_settings.c - see web.h: what can be told of a setting without beginning
 * anything. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/settings.h"
#include "web.h"

enum status web_read_open(const char *text, struct web *web, struct err *err)
{
    const char *at = text;

    while (*at) {
        const size_t len = strcspn(at, ",");
        char *code = web->open[web->opens];

        if (len == 0 || len > SURVEY_CODE_MAX ||
            strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-") < len)
            return err_set(err, ST_INVALID,
                           "open: '%s': survey codes with commas between",
                           text);
        if (web->opens == OPEN_SURVEYS_MAX)
            return err_set(err, ST_RANGE, "open: more than %d surveys",
                           OPEN_SURVEYS_MAX);
        memcpy(code, at, len);
        code[len] = '\0';
        web->opens++;
        at += len;
        if (*at == ',' && at[1])
            at++;
    }
    return ST_OK;
}

static enum status check_open(const char *text, struct err *cause)
{
    struct web *w = calloc(1, sizeof *w);
    enum status st = w ? web_read_open(text, w, cause) : ST_NOMEM;

    free(w);
    return st;
}

static enum status check_folder(const char *text, struct err *cause)
{
    return setting_folder(text, R_OK, cause);
}

static enum status check_outbox(const char *text, struct err *cause)
{
    return setting_folder_of(text, R_OK, cause);
}

enum status web_check(const char *option, const char *text, struct err *cause)
{
    static const struct setting table[] = {{"collector", setting_collector},
                                           {"metrics", setting_loopback},
                                           {"server-key", setting_file},
                                           {"key", setting_file},
                                           {"token-key", setting_file},
                                           {"outbox", check_outbox},
                                           {"open", check_open},
                                           {"api-keys", setting_file},
                                           {"codes", check_folder},
                                           {"root-files", check_folder},
                                           {"tls-certificate", setting_file},
                                           {"tls-key", setting_file},
                                           {"tls-clients", setting_file},
                                           {NULL, NULL}};

    return settings_check(table, option, text, cause);
}
