"""Many workspaces: Laurel installed from a link, a house for each."""
