"""What each chapter computes and draws: one module a chapter, so that a chapter itself is prose and calls."""
