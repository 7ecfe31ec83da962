"""The editors' desk: a year's data out to Excel and back, without CSV, YAML or Markdown in between."""
