"""Begin what staff will answer: from a form, or from a letter, with the files that came with it."""
