"""What the rules and scripts share: jobs, tables, the showcase."""
