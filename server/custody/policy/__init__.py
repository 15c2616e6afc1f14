"""The policy: what a request needs, as data. Versioned, frozen, changed only by two people.

`words` are its codes and titles, `document` its form, `default` what a township begins with, `demands` what it asks of
one request, `votes` whether a meeting's figures suffice, `adopting` who may change it, `writing` its text.
"""
