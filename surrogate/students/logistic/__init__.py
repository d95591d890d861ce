"""Logistic regression on the few inputs that count."""
