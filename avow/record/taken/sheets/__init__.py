"""Read files of rows: people, and lists of who refuses, in the shapes that other programs write."""
