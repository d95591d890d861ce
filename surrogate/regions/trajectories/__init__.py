"""The boxes of one search, the choice among them, and what speaks for each limit."""
