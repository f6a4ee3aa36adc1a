// The normal distribution in one and two dimensions, for the endotype model. Pure arithmetic.
#pragma once

namespace cathgate::models {

// P(Z < z) of the standard normal distribution.
double normal_cdf(double z);

// P(X < h, Y < k) of two standard normal variables with this correlation. 24-point Gauss-Legendre quadrature over the
// correlation from 0: the error is below 1e-9 for |correlation| <= 0.8 and below 1e-6 up to 0.95.
double bivariate_normal_cdf(double h, double k, double correlation);

}  // namespace cathgate::models
