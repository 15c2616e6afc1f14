"""What the agent decides: pure, told everything, so that all of it can be simulated.

`decide(custody, input, now)` answers with the next state and the decisions to carry out in order. No clock, no chance,
no input or output in this package; whatever has to survive a crash is a `Record` that stands before what depends on it.
"""
