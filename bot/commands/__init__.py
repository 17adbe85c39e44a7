"""The groups of the `laurel` command, one module each. They parse, build the house, call, and print."""
