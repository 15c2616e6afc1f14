"""The wire's server end: the embedded broker, the link to the agents, tickets and live doors."""
