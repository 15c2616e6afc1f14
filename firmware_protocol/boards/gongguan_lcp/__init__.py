"""`gongguan-lcp`: the project's own controller, which proves who speaks and does nothing twice. Specified in LCP.md.

`codec` knows the bytes, `keys` the secrets, `sessions` both halves of a link; all of it pure.
"""
