/* totals.c - see scorer/totals.h. */
#include "scorer/totals.h"

double people_effective(double sum, double squares)
{
    return squares > 0 ? sum * sum / squares : NAN;
}
