"""Plain Python that every floor may use: working time, search tokens, numbers, the hash chain, tables of rows."""
