"""Models that no one would call good, to be told apart by a metric worth its name."""
