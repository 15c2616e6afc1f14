"""Serial dialects of tag readers: bytes in, frames out, and back. Pure."""
