"""What is measured of samples: NDB and what it is compared with."""
