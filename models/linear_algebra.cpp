#include "models/linear_algebra.h"

#include <cmath>

namespace cathgate::models {

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

bool factorise(Matrix& m) {
  for (std::size_t r = 0; r < m.rows; ++r) {
    for (std::size_t c = 0; c <= r; ++c) {
      double sum = m(r, c);
      for (std::size_t k = 0; k < c; ++k) sum -= m(r, k) * m(c, k);
      if (r != c) {
        m(r, c) = sum / m(c, c);
      } else if (sum > 0 && std::isfinite(sum)) {
        m(r, r) = std::sqrt(sum);
      } else {
        return false;
      }
    }
  }
  return true;
}

void solve_lower(const Matrix& lower, std::span<double> b) {
  for (std::size_t r = 0; r < lower.rows; ++r) {
    for (std::size_t k = 0; k < r; ++k) b[r] -= lower(r, k) * b[k];
    b[r] /= lower(r, r);
  }
}

void solve(const Matrix& lower, std::span<double> b) {
  solve_lower(lower, b);
  for (std::size_t r = lower.rows; r-- > 0;) {
    for (std::size_t k = r + 1; k < lower.rows; ++k) b[r] -= lower(k, r) * b[k];
    b[r] /= lower(r, r);
  }
}

Matrix invert(Matrix m) {
  if (!factorise(m)) return {};
  Matrix inverse(m.rows, m.rows);
  std::vector<double> column(m.rows);
  for (std::size_t c = 0; c < m.rows; ++c) {
    column.assign(m.rows, 0);
    column[c] = 1;
    solve(m, column);
    for (std::size_t r = 0; r < m.rows; ++r) inverse(r, c) = column[r];
  }
  return inverse;
}

double quadratic(std::span<const double> x, const Matrix& m, std::span<const double> y) {
  double sum = 0;
  for (std::size_t r = 0; r < m.rows; ++r) sum += x[r] * dot(m.row(r), y);
  return sum;
}

}  // namespace cathgate::models
