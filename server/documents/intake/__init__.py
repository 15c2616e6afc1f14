"""Reading a township's workbook: cells, then fields, then rows that fit the township. PURE but for `spreadsheet`."""
