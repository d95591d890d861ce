"""Making what students say of their errors mean what it says, on held-out rows."""
