"""Take pictures for messages: made anew without what they tell of who made them, and sent within the message."""
