"""What must not be missed: one cause behind many cases, emergencies, and notices to members of staff."""
