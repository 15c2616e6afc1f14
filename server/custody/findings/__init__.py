"""What a supervisor should look at (预警): rules that judge facts, and the life of what they saw. Pure.

A rule is a frozen dataclass with its thresholds as fields and one method, `judge`: from the facts it looks at to what
it noticed. Those facts are small dataclasses beside the rule; `usecases.watching` gathers them.
"""
