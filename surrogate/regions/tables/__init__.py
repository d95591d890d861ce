"""Tables and targets as they are read, and every column sorted once."""
