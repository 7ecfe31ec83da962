"""The printed edition: the built book as one PDF, a short PDF and an EPUB.

Print reads the pages that the build has made, so that no number can differ from the web's; it draws nothing
and computes nothing anew.
"""
