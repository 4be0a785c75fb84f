"""The API: the door for programs, `/api/v1`."""
