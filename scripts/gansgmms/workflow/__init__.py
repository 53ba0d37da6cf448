"""What the rules and scripts share: jobs, tables, the plan, the targets, the showcase."""
