"""Specialists in Slack."""
