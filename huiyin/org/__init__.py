"""The organisation: sites in a tree, departments, staff and what each of them may see and do."""
