"""The workspace's own settings, made by its admins in the home tab."""
