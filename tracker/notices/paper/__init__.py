"""Print notices in the layout of GB/T 9704-2012, as .pdf, as .docx and as pages for a screen, from one description."""
