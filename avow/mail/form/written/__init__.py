"""Write a message out for one person: from its form, or from a layout that was made of it once."""
