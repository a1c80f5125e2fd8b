"""Test the export of evidence."""
