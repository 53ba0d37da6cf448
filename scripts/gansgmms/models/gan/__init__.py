"""Networks trained against a critic."""
