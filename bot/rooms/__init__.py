"""One folder a room."""
