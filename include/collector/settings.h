/* settings.h - what can be told of a setting without beginning anything:
 * syntax of addresses, files and folders that are there.  Changes nothing.
 *
 * A program lists its settings and their checks in a table, and answers
 * --check-config with settings_check.
 */
#ifndef COLLECTOR_SETTINGS_H
#define COLLECTOR_SETTINGS_H

#include "base/err.h"

/* What is wrong with the text, alone in *cause. */
typedef enum status setting_check_fn(const char *text, struct err *cause);

struct setting {
    const char *option; /* NULL ends a table */
    setting_check_fn *check;
};

/* An option that is not in the table has any text right. */
MUST_USE enum status settings_check(const struct setting *table,
                                    const char *option, const char *text,
                                    struct err *cause);

/* ---- checks; "" is right for all of these: a setting that is left out ---- */

setting_check_fn setting_collector; /* where one is reached, see address.h */
setting_check_fn setting_loopback;
setting_check_fn setting_file; /* that we may read */
/* `mode` as of access(2); F_OK: it is enough that it is there. */
MUST_USE enum status setting_folder(const char *text, int mode,
                                    struct err *cause);

/* The folder of a file that may be yet to be made. */
MUST_USE enum status setting_folder_of(const char *file, int mode,
                                       struct err *cause);

#endif
