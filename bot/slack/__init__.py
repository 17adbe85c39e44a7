"""Slack's side: each module takes one kind of thing, parses it, and calls inward."""
