"""Commissioning a cabinet (验收), pure: from what was said and seen to what comes next, and to the report."""
