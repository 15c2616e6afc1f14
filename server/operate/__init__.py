"""What an operator does at the machine itself: importing, inviting, adding agents, verifying."""
