"""Pin what was corrected, and set aside what comes after it and says otherwise."""
