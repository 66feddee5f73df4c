"""Reference readings of the design in plain Python: no SQL, nothing shared with the models.

Each module answers one question from the landed files and the definition seeds alone, the slow and obvious
way; the tests hold what was built against it.
"""
