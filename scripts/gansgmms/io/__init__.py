"""Files: images, weights and numbers, whole or absent, and checked."""
