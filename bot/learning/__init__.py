"""What the house learns from its own work: which answers it gave, whether they helped, how the desk does."""
