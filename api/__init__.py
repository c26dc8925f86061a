"""The services wired together, and their HTTP face."""
