"""The ways a message leaves the portal."""
