"""What figures show and how they look."""
