"""Keeping Personal Information Accurate: prove who asks, show, correct."""
