"""The identity providers people sign in with."""
