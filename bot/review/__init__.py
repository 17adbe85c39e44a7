"""Reading all content before anybody else does."""
