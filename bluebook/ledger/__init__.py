"""The ledger of quoted figures: what is printed, what it stands for, what follows, and the verdicts."""
