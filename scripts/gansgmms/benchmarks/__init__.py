"""How fast and how exact the mathematics is, beside plain code for the same thing."""
