"""Category Specialists: who is on duty, who waits for them, and what they do together with people."""
