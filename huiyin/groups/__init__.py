"""Group complaints: several customers, one fault."""
