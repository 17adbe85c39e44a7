"""How the desk does."""
