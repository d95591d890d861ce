"""Networks: trained with torch, kept and asked as arrays."""
