"""Who may ask for what, by which line, and what browsers may do with the answers."""
