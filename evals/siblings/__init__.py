"""Small cases made by script: fifty siblings, near misses among them, of each kind of fault."""
