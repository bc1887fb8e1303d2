"""Draft, sign, number and issue formal notices; the software proposes, the authorised unit signs."""
