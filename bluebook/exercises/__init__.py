"""Exercises that answer: each is computed from the data as they are, and a wrong answer gets a hint.

``first``, ``second`` and ``third`` hold one function an exercise, a module a level; ``task`` says what an
exercise is, ``ground`` what the exercises stand on, ``shelf`` lists them, ``reading`` reads an answer,
``check`` answers, and ``progress`` keeps what is done in one file beside the notebook. ``own`` brings a
student's table to `bluebook.index`.
"""
