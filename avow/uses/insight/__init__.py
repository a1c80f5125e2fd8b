"""Tell of kinds of customers, a closed month at a time, never of one."""
