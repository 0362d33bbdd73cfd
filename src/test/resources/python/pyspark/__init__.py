"""The context that has the JVM, and the decorator of keyword arguments."""

import functools


class SparkContext:
    _jvm = None


def keyword_only(function):
    @functools.wraps(function)
    def wrapper(self, *arguments, **keywords):
        if arguments:
            raise TypeError(f"{function.__name__} takes keyword arguments only")
        self._input_kwargs = keywords
        return function(self, **keywords)

    return wrapper
