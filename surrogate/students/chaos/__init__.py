"""Polynomial chaos: orthonormal factors, their products, sparse least squares."""
