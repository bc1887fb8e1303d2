"""Write and read spreadsheets for any of the interfaces: plain values in and out, nothing of tasks or units."""
