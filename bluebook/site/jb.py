"""Jupyter Book's own command line as a module: the same Python, whatever lies on the PATH."""

from jupyter_book.cli.main import main

if __name__ == "__main__":
    main()
