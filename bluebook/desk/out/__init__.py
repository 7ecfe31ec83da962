"""What goes out of the editors' desk: press release, brief, slides, article, tables for speakers."""
