"""Incidents: what is down, what is said about it, and who wants to be told."""
