"""The township's own certificates: who made them, for whom, and until when."""
