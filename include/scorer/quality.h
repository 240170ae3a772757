/* quality.h - how good a fitted model is: reliability and validity of its
 * constructs, collinearity, effect sizes, fit.
 *
 * Pure functions of the model, its fit and the moments of the items: `r` is
 * their correlation matrix D^-1 cov D^-1 and `cov` their covariance matrix,
 * both items x items, row-major, as scorer/moments.h gives them.  What is not
 * defined is NaN.  No row of answers is needed.
 *
 * Sources:
 *   Cronbach 1951, Psychometrika 16(3)                           alpha
 *   Dijkstra & Henseler 2015, MIS Quarterly 39(2), eq. 3         rho_A
 *   Joereskog 1971, Psychometrika 36(2); Werts et al. 1974       rho_C
 *   Fornell & Larcker 1981, J. Marketing Research 18(1)          AVE, criterion
 *   Tenenhaus et al. 2005, Comput. Stat. Data Anal. 48, 2.2, 4   DG by PCA, GoF
 *   Henseler, Ringle & Sarstedt 2015, JAMS 43(1), eq. 6          HTMT
 *   Cohen 1988, Statistical Power Analysis, ch. 9                f2
 *   Hu & Bentler 1999, Struct. Equ. Modeling 6(1)                SRMR
 */
#ifndef SCORER_QUALITY_H
#define SCORER_QUALITY_H

#include "scorer/pls.h"

/* The heterotrait-monotrait ratio of every two constructs: the mean of the
 * correlations of an item of one with an item of the other over the geometric
 * mean of the two mean correlations within; 1 within a construct of one item.
 * `out` (constructs x constructs) is symmetric with ones on its diagonal; NaN
 * where a mean within is not above 0. */
void quality_htmt(const struct pls_model *m, const double *r, double *out);

/* cor(item, score): `out` is items x constructs. */
void quality_cross_loadings(const struct pls_model *m,
                            const struct pls_fit *fit, const double *r,
                            double *out);

#endif
