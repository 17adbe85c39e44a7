"""A question to its reply; knows no room."""
