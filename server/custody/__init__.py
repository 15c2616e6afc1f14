"""The rules of custody. PURE: facts and the time go in, decisions or refusals with their reason come out."""
