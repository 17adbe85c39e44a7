"""Slack's stand-in, for tests and for the terminal."""
