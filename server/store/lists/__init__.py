"""What pages and the API list: pages of facts and of the log, each by an index, none counted to the end."""
