"""Take signed intake from shops, forms, desks and forums."""
