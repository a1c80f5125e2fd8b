"""Prove the laws, named as theorems."""
