"""Papers in and out: the township's workbook in; registers and forms out."""
