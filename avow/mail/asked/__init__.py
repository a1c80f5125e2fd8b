"""Ask people about a version of the policy, each once, and send notes to those who asked for them."""
