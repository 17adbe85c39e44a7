"""What moderators see of how Laurel understands."""
