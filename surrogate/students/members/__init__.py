"""What the automatic students mix: each member says what it predicts for rows it has not seen."""
