"""What the master of a serial line decides: what to send when, and what the doors' bits prove. Pure; time is told."""
