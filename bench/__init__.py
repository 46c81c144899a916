"""What the portal costs: ``python -m bench``."""
