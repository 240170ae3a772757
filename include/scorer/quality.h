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
 *   Tenenhaus et al. 2005, Comput. Stat. Data Anal. 48           DG by PCA, GoF
 *   Henseler, Ringle & Sarstedt 2015, JAMS 43(1);
 *   Ringle et al. 2023, Data in Brief 48 (absolute values)       HTMT
 *   Cohen 1988, Statistical Power Analysis, ch. 9                f2
 *   Hu & Bentler 1999, Struct. Equ. Modeling 6(1)                SRMR
 *   Dijkstra & Henseler 2015, Comput. Stat. Data Anal. 81        d_ULS, d_G
 */
#ifndef SCORER_QUALITY_H
#define SCORER_QUALITY_H

#include "scorer/pls.h"

/* What a fit is an estimate of: PLS of composites, PLSc (scorer/plsc.h) of the
 * factors behind the blocks of several items in mode A. */
enum quality_model { QUALITY_PLS, QUALITY_PLSC };

/* ---- measurement ---- */

/* Of one construct.  A construct of one item has 1 everywhere (its second
 * eigenvalue is 0).  These presume that the items reflect the construct, so in
 * mode B and of a higher-order construct, whose items are those of its parts,
 * all but the eigenvalues are NaN; rho_A in mode B is 1.  Only the weights of
 * the fit are read, so it may be of either kind. */
struct quality_reliability {
    double alpha;         /* of standardised items */
    double alpha_cov;     /* of the items as they are */
    double rho_a;         /* pls_rho_a */
    double rho_c;         /* (sum l)^2 / ((sum l)^2 + sum (1 - l^2)) of the
                             loadings under PLS */
    double ave;           /* mean l^2 */
    double rho_c_plsc;    /* the same of the consistent loadings; NaN unless */
    double ave_plsc;      /* rho_A is above 0 */
    double rho_dg;        /* rho_C of the loadings on the first principal
                             component (Dillon-Goldstein) */
    double eigenvalue[2]; /* the two largest of the items' correlations */
};

void quality_reliability(const struct pls_model *m, const struct pls_fit *fit,
                         const double *cov, const double *r,
                         struct quality_reliability *out);

/* cor(item, score): `out` is items x constructs. */
void quality_cross_loadings(const struct pls_model *m,
                            const struct pls_fit *fit, const double *r,
                            double *out);

/* The heterotrait-monotrait ratio of every two constructs: the mean of the
 * absolute correlations of an item of one with an item of the other over the
 * geometric mean of the two mean absolute correlations within, which is 1 for a
 * single item.  (The formula of 2015 has no absolute values; where an item is
 * turned round, the sums then cancel.)  `out` (constructs x constructs) is
 * symmetric with ones on its diagonal; NaN where a mean within is 0, and for a
 * higher-order construct and its parts, which share items. */
void quality_htmt(const struct pls_model *m, const double *r, double *out);

/* Correlations of the constructs with the square root of each one's AVE on the
 * diagonal, which is to be the largest of its row and column. */
void quality_fornell_larcker(const struct pls_model *m,
                             const struct pls_fit *fit, double *out);

/* ---- collinearity: variance inflation 1 / (1 - R2 on the others) ---- */

/* Of each item among those of its construct; infinite where it is determined
 * by them. */
void quality_vif_items(const struct pls_model *m, const double *r, double *out);
/* Of each predecessor among those of a construct, [to * constructs + from];
 * NaN where there is no arrow. */
void quality_vif_inner(const struct pls_model *m, const struct pls_fit *fit,
                       double *out);

/* ---- structure ---- */

/* 1 - (1 - R2)(n - 1)/(n - p - 1) with p predecessors (Theil 1961); NaN
 * without any, and where rows <= p + 1. */
void quality_r2_adjusted(const struct pls_model *m, const struct pls_fit *fit,
                         int64_t rows, double *out);

/* f2 of each arrow, [to * constructs + from]: (R2 - R2 without it) / (1 - R2).
 * NaN where there is no arrow or R2 is 1.
 *
 * Fixed scores (cSEM): the scores stay, the regression loses a predecessor.
 * Re-estimated (seminr): the whole model is estimated without the arrow;
 * NaN where that fails.  `cov` and `rows` are what `fit` was made from. */
void quality_f2_fixed(const struct pls_model *m, const struct pls_fit *fit,
                      double *out);
void quality_f2_reestimated(const struct pls_model *m,
                            const struct pls_fit *fit, const double *cov,
                            int64_t rows, enum quality_model model,
                            double *out);

/* sqrt(mean communality of blocks of several items * mean R2), by item and by
 * construct with predecessors (Tenenhaus et al. 2005); NaN without
 * either. */
double quality_gof(const struct pls_model *m, const struct pls_fit *fit);

/* Standardised root mean square residual: of r less what the model implies,
 * over the lower triangle with its diagonal.  Between items of two constructs
 * the model implies l_i l_j times the correlation of the constructs.
 *
 * PLS: the constructs are composites, so within a block the correlations are
 * those observed.  PLSc (`fit` is a consistent estimate): within a block of
 * several items in mode A the model implies l_i l_j (cSEM's SRMR).
 *
 * Saturated: the constructs' correlations are those of `fit`.  Estimated: they
 * are what the arrows imply, with the residual variances 1 - R2 of the fit. */
enum quality_structure { QUALITY_SATURATED, QUALITY_ESTIMATED };
double quality_srmr(const struct pls_model *m, const struct pls_fit *fit,
                    const double *r, enum quality_model model,
                    enum quality_structure structure);

/* How far the implied correlations Sigma are from those observed, S: SRMR; the
 * squared Euclidean distance d_ULS = trace((S - Sigma)^2) / 2; the geodesic
 * distance d_G = sum (log lambda)^2 / 2 over the eigenvalues of S^-1 Sigma, NaN
 * where one of the two matrices is not positive definite (items that
 * constructs of constructs repeat). */
struct quality_distance {
    double srmr, d_uls, d_g;
};
struct quality_distance quality_distance(const struct pls_model *m,
                                         const struct pls_fit *fit,
                                         const double *r,
                                         enum quality_model model,
                                         enum quality_structure structure);

#endif
