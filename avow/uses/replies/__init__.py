"""Answer what people began: in its thread, for its purpose, so often and no more."""
