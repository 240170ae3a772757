/* wire_fields.h - the records inside messages: their keys and how to pack
 * them. */
#ifndef INTAKE_WIRE_FIELDS_H
#define INTAKE_WIRE_FIELDS_H

#include "wire_record.h"

extern const struct record wire_submission_record;
extern const struct record wire_invitation_record;
extern const struct record wire_event_record;
extern const struct record wire_review_record;
extern const struct record wire_sample_record;
extern const struct record wire_campaign_record;
extern const struct record wire_plan_record; /* without its name */

#endif
