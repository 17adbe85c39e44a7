"""The knowledge: dated, sourced facts about programs, topics and offers, and the rules that judge by them.

This room knows no Slack, no database, no clock and no `intents/`. Whatever depends on time takes a `day`.
"""
