"""Time series: principal components, predicted and put together again."""
