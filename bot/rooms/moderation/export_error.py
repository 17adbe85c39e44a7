"""What an export cannot do."""


class ExportError(Exception):
    """A file has no place for an item. Its text says which and what to do."""
