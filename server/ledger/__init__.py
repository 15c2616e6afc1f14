"""The log as a Merkle tree (RFC 6962 with SHA-256). PURE: it knows bytes and hashes, nothing of custody."""
