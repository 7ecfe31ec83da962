"""The computable blue book: what a chapter may call, loaded only when it is called."""
