"""Tests of the answers to what is asked by right."""
