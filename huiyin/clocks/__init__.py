"""Clocks: calendars, service levels, deadlines and the sweep that finds them missed."""
