"""What a form shows and gives: its layout, the notice sealed into it, and what was ticked."""
