"""The touch page beside the cabinets, for this machine's own browser only.

`screens` turns the custodian's state into what a person is to see, purely; `application` shows it and takes touches in.
"""
