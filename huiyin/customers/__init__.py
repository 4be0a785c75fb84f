"""Customers: who they are, how to reach them, which home or shop is theirs."""
