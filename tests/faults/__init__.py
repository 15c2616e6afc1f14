"""Each call to the file system fails once, while real code burns, appends, acknowledges and publishes."""
