/* serve.h - manyi-scorer serve: its settings and its life. */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include "collector/service.h"
#include "teller.h"

enum { FILES_MAX = 16 };

struct serve_settings {
    const char *listen, *store, *cube, *key, *clients, *metrics;
    int64_t limit;                /* seconds that a question may take */
    const char *watch, *watch_by; /* survey or family; dimensions */
    double false_alarms;
    int64_t watch_every; /* minutes */
    const char *publish, *webhook, *webhook_key;
    int64_t webhook_days;
    struct teller_file file[FILES_MAX];
    size_t files;
};

/* Until the signal to stop.  What is wrong with the settings is found before
 * anything is opened for others. */
MUST_USE enum status serve_run(const struct serve_settings *settings,
                               struct service *service, struct err *err);
/* An option_check_fn. */
MUST_USE enum status serve_check(const char *option, const char *text,
                                 struct err *cause);

#endif
