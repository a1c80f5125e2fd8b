"""Prove the policy sentence by sentence."""
