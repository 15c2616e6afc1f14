"""One verb per module: load facts, decide, record what happened. Run by the writer, never called directly."""
