"""Test what data is used for."""
