#include "scorer/pls.h"
