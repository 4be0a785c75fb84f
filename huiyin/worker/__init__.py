"""Everything that time drives: deadlines, return visits, whatever is due."""
