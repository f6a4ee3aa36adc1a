// Small dense matrices, row by row, for the learned score and the fits of study/: dimensions up to about a hundred.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace cathgate::models {

struct Matrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;  // row after row

  Matrix() = default;
  Matrix(std::size_t r, std::size_t c) : rows(r), columns(c), values(r * c) {}
  double& operator()(std::size_t r, std::size_t c) { return values[r * columns + c]; }
  double operator()(std::size_t r, std::size_t c) const { return values[r * columns + c]; }
  std::span<const double> row(std::size_t r) const { return {values.data() + r * columns, columns}; }
};

double dot(std::span<const double> a, std::span<const double> b);

// The lower triangle L with L L' = m, in place (the upper triangle is left as it was). False when m is not positive definite.
bool factorise(Matrix& m);
// Solves L L' x = b in place, for a matrix that factorise() has made.
void solve(const Matrix& lower, std::span<double> b);
// Solves L x = b in place.
void solve_lower(const Matrix& lower, std::span<double> b);
// The inverse of a symmetric positive definite matrix; an empty matrix when it is not one.
Matrix invert(Matrix m);

// x' m y.
double quadratic(std::span<const double> x, const Matrix& m, std::span<const double> y);

}  // namespace cathgate::models
