"""The office's papers: registers, lists and forms in the official columns, as plain data and as files.

Each form is a file here: its rows, and its columns as a table. `paper` is what every form becomes: cells and nothing
else; `as_xlsx` and `as_pdf` draw any paper and know no form. `from_facts` turns what the store loads into rows.
"""
