"""How students are compared and mixed: folds, held-out scores, weights."""
