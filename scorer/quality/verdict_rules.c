/* verdict_rules.c - the limits, their words and who set them.  The sources in
 * full are in README.md. */
#include <math.h>

#include "scorer/verdicts.h"

#define BANDS(x) sizeof(x) / sizeof *(x), x

static const struct verdict_band loading[] = {
    {-INFINITY, VERDICT_POOR, "hardly of this construct: leave it out"},
    {0.4, VERDICT_FAIR, "weak: leave it out if rho_C and AVE gain by it"},
    {0.708, VERDICT_GOOD, "half its variance or more is the construct's"}};

static const struct verdict_band cross_loading[] = {
    {-INFINITY, VERDICT_POOR, "closer to another construct than to its own"},
    {0, VERDICT_GOOD, "closest to its own construct"}};

static const struct verdict_band reliability[] = {
    {-INFINITY, VERDICT_POOR, "its items agree too little"},
    {0.6, VERDICT_FAIR, "enough for a first exploration"},
    {0.7, VERDICT_GOOD, "its items agree"},
    {0.95, VERDICT_FAIR, "its items ask nearly the same"}};

static const struct verdict_band second_eigenvalue[] = {
    {-INFINITY, VERDICT_GOOD, "its items measure one thing"},
    {1, VERDICT_POOR, "its items measure more than one thing"}};

static const struct verdict_band ave[] = {
    {-INFINITY, VERDICT_POOR, "its items are more error than construct"},
    {0.5, VERDICT_GOOD, "its items are more construct than error"}};

static const struct verdict_band fornell_larcker[] = {
    {-INFINITY, VERDICT_POOR,
     "closer to another construct than to its own items"},
    {0, VERDICT_GOOD, "closer to its own items than to any other construct"}};

static const struct verdict_band htmt[] = {
    {-INFINITY, VERDICT_GOOD, "two things"},
    {0.85, VERDICT_FAIR, "two things only if they are close in meaning"},
    {0.9, VERDICT_POOR, "these items do not tell the two apart"}};

static const struct verdict_band htmt_high[] = {
    {-INFINITY, VERDICT_GOOD, "two things, not by chance"},
    {0.9, VERDICT_FAIR, "two things, but that may be chance"},
    {1, VERDICT_POOR, "may well be one thing"}};

static const struct verdict_band vif_item[] = {
    {-INFINITY, VERDICT_GOOD, "its weight is its own"},
    {3.3, VERDICT_FAIR, "its weight is shared with other items"},
    {5, VERDICT_POOR, "other items say the same: its weight says little"}};

static const struct verdict_band vif_inner[] = {
    {-INFINITY, VERDICT_GOOD, "the path is its own"},
    {3.3, VERDICT_FAIR, "the path is shared with other causes"},
    {5, VERDICT_POOR, "other causes say the same: the path says little"}};

static const struct verdict_band r2[] = {
    {-INFINITY, VERDICT_SIZE, "hardly explained"},
    {0.25, VERDICT_SIZE, "weakly explained"},
    {0.5, VERDICT_SIZE, "moderately explained"},
    {0.75, VERDICT_SIZE, "substantially explained"}};

static const struct verdict_band f2[] = {
    {-INFINITY, VERDICT_SIZE, "no effect to speak of"},
    {0.02, VERDICT_SIZE, "small effect"},
    {0.15, VERDICT_SIZE, "medium effect"},
    {0.35, VERDICT_SIZE, "large effect"}};

static const struct verdict_band srmr[] = {
    {-INFINITY, VERDICT_GOOD, "the model fits"},
    {0.08, VERDICT_FAIR, "the model fits by a lenient limit only"},
    {0.1, VERDICT_POOR, "the model does not fit"}};

static const struct verdict_band gof[] = {
    {-INFINITY, VERDICT_SIZE, "nothing, on the whole"},
    {0.1, VERDICT_SIZE, "little, on the whole"},
    {0.25, VERDICT_SIZE, "a fair part, on the whole"},
    {0.36, VERDICT_SIZE, "much, on the whole"}};

const struct verdict_rule verdict_rules[VERDICT_MEASURES] = {
    [VERDICT_LOADING] = {"loading", "Loadings of items",
                         "Hair et al. 2011, 2019", BANDS(loading)},
    [VERDICT_CROSS_LOADING] = {"cross_loading",
                               "Loading less the largest cross-loading",
                               "Chin 1998", BANDS(cross_loading)},
    [VERDICT_ALPHA] = {"alpha", "Cronbach's alpha", "Hair et al. 2019",
                       BANDS(reliability)},
    [VERDICT_RHO_A] = {"rho_a", "Reliability rho_A", "Hair et al. 2019",
                       BANDS(reliability)},
    [VERDICT_RHO_C] = {"rho_c", "Composite reliability rho_C",
                       "Hair et al. 2019", BANDS(reliability)},
    [VERDICT_EIGENVALUE] = {"second_eigenvalue", "Second eigenvalue",
                            "Tenenhaus et al. 2005", BANDS(second_eigenvalue)},
    [VERDICT_AVE] = {"ave", "Average variance extracted (AVE)",
                     "Fornell & Larcker 1981", BANDS(ave)},
    [VERDICT_FORNELL_LARCKER] =
        {"fornell_larcker",
         "Fornell-Larcker: sqrt(AVE) less the largest correlation",
         "Fornell & Larcker 1981", BANDS(fornell_larcker)},
    [VERDICT_HTMT] = {"htmt", "Heterotrait-monotrait ratio (HTMT)",
                      "Henseler et al. 2015", BANDS(htmt)},
    [VERDICT_HTMT_HIGH] = {"htmt_high", "Upper limit of HTMT",
                           "Henseler et al. 2015", BANDS(htmt_high)},
    [VERDICT_VIF_ITEM] = {"vif_item", "Variance inflation in mode B",
                          "Diamantopoulos & Siguaw 2006, Hair et al. 2019",
                          BANDS(vif_item)},
    [VERDICT_VIF_INNER] = {"vif_inner", "Variance inflation of arrows",
                           "Diamantopoulos & Siguaw 2006, Hair et al. 2019",
                           BANDS(vif_inner)},
    [VERDICT_R2] = {"r2", "R2", "Hair et al. 2011", BANDS(r2)},
    [VERDICT_F2] = {"f2", "Effect size f2 (fixed scores)", "Cohen 1988",
                    BANDS(f2)},
    [VERDICT_SRMR_PLS] = {"srmr_pls", "SRMR (PLS, estimated)",
                          "Hu & Bentler 1999, Henseler et al. 2014",
                          BANDS(srmr)},
    [VERDICT_SRMR_PLSC] = {"srmr_plsc", "SRMR (PLSc, estimated)",
                           "Hu & Bentler 1999, Henseler et al. 2014",
                           BANDS(srmr)},
    [VERDICT_GOF] = {"gof", "Goodness of fit (GoF)", "Wetzels et al. 2009",
                     BANDS(gof)},
};

const char *verdict_grade_word(enum verdict_grade grade)
{
    static const char *const words[] = {"good", "fair", "poor", "size"};

    return words[grade];
}

const struct verdict_band *verdict_band(enum verdict_measure measure,
                                        double value)
{
    const struct verdict_rule *rule = &verdict_rules[measure];
    const struct verdict_band *band = NULL;

    for (size_t i = 0; i < rule->bands; i++)
        if (value >= rule->band[i].from)
            band = &rule->band[i];
    return band;
}
