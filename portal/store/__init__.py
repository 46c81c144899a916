"""The database: its tables, the unit of work, and every query."""
