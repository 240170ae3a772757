/* manyi-web.c - lets customers answer on a page, and apps by JSON. */
#include "base/limits.h"
#include "collector/log.h"
#include "collector/program.h"
#include "web.h"

static struct web_settings settings = {.listen = "127.0.0.1:8080",
                                       .collector = "",
                                       .server_key = "",
                                       .key = "web.key",
                                       .outbox = "web.outbox",
                                       .token_key = "token.key",
                                       .open = "",
                                       .api_keys = "",
                                       .codes = "",
                                       .root_files = "",
                                       .tls_certificate = "",
                                       .tls_key = "",
                                       .tls_clients = "",
                                       .metrics = "",
                                       .pages = PAGES_ONE,
                                       .posts_a_minute = 30,
                                       .connections = 12000,
                                       .question_ms = 300,
                                       .site = {.name = "",
                                                .phone = "",
                                                .hours = "",
                                                .icp = "",
                                                .police = "",
                                                .controller = "",
                                                .contact = "",
                                                .notice = ""},
                                       .keep_months = 0};
static int log_level = LEVEL_INFO;

static const char *const levels[] = {"error", "warn", "info", "debug", NULL};
static const char *const pages[] = {"one", "construct", NULL};

#define TEXT(key, where, argument, help)                                       \
    {                                                                          \
        key, OPTION_TEXT, &settings.where, argument, help, NULL, 0, 0, false   \
    }
#define COUNT(key, where, argument, help, min, max)                            \
    {                                                                          \
        key, OPTION_COUNT, &settings.where, argument, help, NULL, min, max,    \
            false                                                              \
    }

static const struct option_spec options[] = {
    TEXT("listen", listen, "ADDRESS",
         "of the pages: 127.0.0.1:8080, [::1]:0, unix:FILE"),
    TEXT("collector", collector, "URL",
         "where the collector listens: tcp://HOST:PORT"),
    TEXT("server-key", server_key, "FILE", "the collector's public key"),
    TEXT("key", key, "FILE", "our own key pair"),
    TEXT("outbox", outbox, "FILE",
         "drafts, and answers until the collector has them"),
    TEXT("token-key", token_key, "FILE", "the key of links and QR codes"),
    TEXT("open", open, "CODES",
         "surveys that anybody may answer, with commas between"),
    TEXT("api-keys", api_keys, "FILE", "who may post JSON (default: nobody)"),
    TEXT("codes", codes, "DIR",
         "code tables: names on pages, checks of JSON (default: none)"),
    {"pages", OPTION_CHOICE, &settings.pages, "WORD",
     "all questions on one page, or a construct a page", pages, 0, 0, false},
    TEXT("name", site.name, "TEXT", "who asks, as customers know them"),
    TEXT("phone", site.phone, "NUMBER", "to answer by telephone instead"),
    TEXT("hours", site.hours, "TEXT", "when somebody answers it"),
    TEXT("icp", site.icp, "TEXT", "ICP number for the foot of each page"),
    TEXT("police", site.police, "TEXT", "number of the police's register"),
    TEXT("controller", site.controller, "TEXT",
         "who is responsible for the data: name and address"),
    TEXT("contact", site.contact, "TEXT", "how to reach them about it"),
    TEXT("notice", site.notice, "TEXT", "version of the privacy notice"),
    COUNT("keep-months", keep_months, "N",
          "answers are kept for so long, says the notice; 0: it does not say",
          0, 1200),
    TEXT("root-files", root_files, "DIR",
         "files to be served at the root (default: none)"),
    TEXT("tls-certificate", tls_certificate, "FILE",
         "PEM; speak TLS (default: plain HTTP)"),
    TEXT("tls-key", tls_key, "FILE", "its key"),
    TEXT("tls-clients", tls_clients, "FILE",
         "let in only who has a certificate of this CA"),
    COUNT("connections", connections, "N", "at once", 1, 100000),
    COUNT("posts-a-minute", posts_a_minute, "N", "of one link", 1, 100000),
    COUNT("question-ms", question_ms, "N",
          "wait so long for the collector's word on a link", 0, 10000),
    TEXT("metrics", metrics, "ADDRESS",
         "loopback address of /metrics and /healthz (default: none)"),
    {"log-level", OPTION_CHOICE, &log_level, "LEVEL", "what to log", levels, 0,
     0, false},
};

static const struct program program = {
    .name = "manyi-web",
    .section = "web",
    .usage = "[-c FILE] [OPTION]...",
    .summary = "Let customers answer on a web page, and hand every answer to "
               "the collector.",
    .options = options,
    .check = web_check,
    .count = sizeof options / sizeof *options};

static enum status act(struct service *service, int count, char **operand,
                       struct err *err)
{
    if (count > 0)
        return err_set(err, ST_INVALID, "'%s': takes options only (see --help)",
                       operand[0]);
    return web_run(&settings, service, err);
}

int main(int argc, char **argv)
{
    return program_main(&program, &log_level, act, argc, argv);
}
