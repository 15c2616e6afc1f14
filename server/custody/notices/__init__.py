"""Who is told what when: occasions, the ladder each of them climbs, and the notices that come of it. Pure."""
