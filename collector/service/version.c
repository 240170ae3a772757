/* version.c - the version that every program tells.
 *
 * One object, so that a new version compiles one file again.
 */
#include "collector/options.h"

const char manyi_version[] = MANYI_VERSION;
