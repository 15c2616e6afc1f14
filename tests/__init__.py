"""The tests, in the shape of the source; scenarios/ tells whole stories against the real processes."""
