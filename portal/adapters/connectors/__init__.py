"""The national platforms a case is handed to, each behind the same port."""
