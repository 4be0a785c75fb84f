"""Fair to everybody: what comes again, what goes over somebody's head, whom a house marks, and what others got."""
