"""Freelancers' records and their sources, identity links, roles, and the weekly check."""
