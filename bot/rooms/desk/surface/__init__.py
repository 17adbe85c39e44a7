"""The desk in Slack: the form, cards, an agent's controls, home tabs."""
