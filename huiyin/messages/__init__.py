"""What comes in and goes out beside the cases: codes on walls, what is published at the door, mail to customers."""
