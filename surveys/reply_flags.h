/* reply_flags.h - what somebody says whatever was asked. */
#ifndef SURVEYS_REPLY_FLAGS_H
#define SURVEYS_REPLY_FLAGS_H

#include <stdbool.h>
#include <stddef.h>

/* Of a folded text: the repair did not help. */
bool flags_not_fixed(const char *text, size_t len);
/* Of complaining, to the regulator or whom else; 不投诉 does not. */
bool flags_escalate(const char *text, size_t len);

#endif
