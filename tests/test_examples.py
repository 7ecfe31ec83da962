"""The examples in the docstrings of the engine run and give what they say."""

import doctest
import importlib
import pkgutil

import pytest

import bluebook.index
import bluebook.recover

ROOMS = [bluebook.index, bluebook.recover]
MODULES = ["bluebook.messages"] + [
    f"{room.__name__}.{module.name}" for room in ROOMS for module in pkgutil.iter_modules(room.__path__)
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    module = importlib.import_module(name)
    failed, _ = doctest.testmod(module)
    assert not failed
