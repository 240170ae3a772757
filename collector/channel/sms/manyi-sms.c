/* manyi-sms.c - asks customers by SMS, behind Kannel's HTTP interface. */
#include "collector/log.h"
#include "collector/program.h"
#include "engine.h"
#include "surveys/reply.h"

static struct sms_settings settings = {
    .collector = "",
    .server_key = "",
    .key = "",
    .outbox = "sms.db",
    .hash_key = "",
    .contact_key = "",
    .listen = "127.0.0.1:7040",
    .callback = "",
    .callback_key = "",
    .sendsms = "http://127.0.0.1:13013/cgi-bin/sendsms",
    .user = "manyi",
    .password = "",
    .port = "",
    .rate = 10,
    .quiet = "21:00-08:00",
    .calendar = "/usr/local/share/manyi/codes/calendar.csv",
    .timeout_hours = 48,
    .remind_hours = 24,
    .late_days = 40,
    .stranger_days = 30,
    .gap_minutes = 60,
    .again = 2,
    .link = "",
    .texts = "",
    .language = "zh-CN",
    .opt_out = REPLY_OPT_OUT_WORDS,
    .opt_in = REPLY_OPT_IN_WORDS,
    .metrics = ""};
static int log_level = LEVEL_INFO;

static const char *const levels[] = {"error", "warn", "info", "debug", NULL};

#define TEXT(name, value, argument, help)                                      \
    {                                                                          \
        name, OPTION_TEXT, value, argument, help, NULL, 0, 0, false            \
    }
#define COUNT(name, value, help, least, most)                                  \
    {                                                                          \
        name, OPTION_COUNT, value, "N", help, NULL, least, most, false         \
    }

static const struct option_spec options[] = {
    TEXT("collector", &settings.collector, "URL",
         "where the collector listens: tcp://host:port"),
    TEXT("server-key", &settings.server_key, "FILE",
         "the collector's public key"),
    TEXT("key", &settings.key, "FILE", "our own key pair"),
    TEXT("outbox", &settings.outbox, "FILE",
         "what is owed and what is remembered"),
    TEXT("hash-key", &settings.hash_key, "FILE",
         "key that turns numbers into hashes"),
    TEXT("contact-key", &settings.contact_key, "FILE",
         "key that opens the contacts of invitations"),
    TEXT("listen", &settings.listen, "ADDRESS", "where Kannel calls us"),
    TEXT("callback", &settings.callback, "URL",
         "how Kannel reaches that (default: http:// and the address)"),
    TEXT("callback-key", &settings.callback_key, "FILE",
         "what Kannel must say to bring a text (default: nothing)"),
    TEXT("sendsms", &settings.sendsms, "URL", "Kannel's sendsms"),
    TEXT("user", &settings.user, "NAME", "our name there"),
    TEXT("password", &settings.password, "FILE", "and our password"),
    TEXT("port", &settings.port, "NUMBER", "the number that we send from"),
    COUNT("rate", &settings.rate, "messages a second", 1, 1000),
    TEXT("quiet", &settings.quiet, "HOURS",
         "when nobody is written to who did not write first"),
    TEXT("calendar", &settings.calendar, "FILE", "and on what days"),
    {"timeout-hours", OPTION_REAL, &settings.timeout_hours, "N",
     "a talk ends so long after its last question", NULL, 0, 720, false},
    {"remind-hours", OPTION_REAL, &settings.remind_hours, "N",
     "when a question is asked again; 0: never", NULL, 0, 720, false},
    COUNT("again", &settings.again, "how often at most", 0, 5),
    COUNT("gap-minutes", &settings.gap_minutes,
          "between two talks with one number", 0, 14400),
    COUNT("late-days", &settings.late_days,
          "how long answers are taken after the end", 0, 400),
    COUNT("stranger-days", &settings.stranger_days,
          "a number that was not asked gets one text in so many days", 1, 400),
    TEXT("link", &settings.link, "URL",
         "of the page, up to the token (default: no links are sent)"),
    TEXT("texts", &settings.texts, "FILE",
         "what we say (default: our own texts)"),
    TEXT("language", &settings.language, "TAG",
         "for those whose language is not known"),
    TEXT("opt-out", &settings.opt_out, "WORDS", "that end all asking"),
    TEXT("opt-in", &settings.opt_in, "WORDS", "that allow it again"),
    TEXT("metrics", &settings.metrics, "ADDRESS",
         "loopback address of /metrics and /healthz (default: none)"),
    {"log-level", OPTION_CHOICE, &log_level, "LEVEL", "what to log", levels, 0,
     0, false},
};

static const struct program program = {
    .name = "manyi-sms",
    .section = "sms",
    .usage = "[-c FILE] [OPTION]...",
    .summary = "Ask customers by SMS, one question a message, and send their "
               "answers to the collector.",
    .options = options,
    .check = sms_check,
    .count = sizeof options / sizeof *options};

static enum status act(struct service *service, int count, char **operand,
                       struct err *err)
{
    if (count > 0)
        return err_set(err, ST_INVALID, "'%s': not an option (see --help)",
                       operand[0]);
    return sms_run(&settings, service, err);
}

int main(int argc, char **argv)
{
    return program_main(&program, &log_level, act, argc, argv);
}
