"""What people do with cases, and what follows from it. Actions work inside the caller's transaction and never commit."""
