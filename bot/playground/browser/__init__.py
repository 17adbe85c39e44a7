"""The playground's page: a small Slack in a browser, on loopback, with the real app behind it."""
