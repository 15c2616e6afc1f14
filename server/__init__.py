"""The township's server: rules, log, store, pages, and its end of the wire to the cabinets."""
