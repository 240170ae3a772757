/* engine.h - manyi-sms as a whole: pulls invitations, talks, sends answers. */
#ifndef SMS_ENGINE_H
#define SMS_ENGINE_H

#include "collector/service.h"
#include "settings.h"

/* Run until told to stop.  ST_OK: all that was taken is on disk. */
MUST_USE enum status sms_run(const struct sms_settings *set,
                             struct service *service, struct err *err);

#endif
