"""What a configuration may hold: one typed class a thing, checked in plain words."""
