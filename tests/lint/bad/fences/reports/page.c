#include <sqlite3.h>
#include <gsl/gsl_math.h>
#include <czmq.h>
