"""The tables of any index as people have them: CSV of any make, workbooks, COIN Tool, COINr; and back."""
