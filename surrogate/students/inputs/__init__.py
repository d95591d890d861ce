"""From the user's table to the numbers a student learns from, and what is asked of both."""
