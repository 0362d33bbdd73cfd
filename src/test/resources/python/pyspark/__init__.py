"""A context whose JVM has the classes that a file lists, and the decorator of keyword arguments."""

import functools
import types

from py4j.java_gateway import JavaPackage


class SparkContext:
    _active_spark_context = None
    _jvm = None

    @classmethod
    def of(cls, file):
        classes = {}
        with open(file, encoding="utf-8") as lines:
            for line in lines:
                name, methods, params = line.rstrip("\n").split("\t")
                classes[name] = types.SimpleNamespace(
                    methods=set(methods.split(",")), params=set(params.split(","))
                )
        cls._active_spark_context = cls()
        cls._jvm = JavaPackage(classes, "")


def keyword_only(function):
    @functools.wraps(function)
    def wrapper(self, *arguments, **keywords):
        if arguments:
            raise TypeError(f"{function.__name__} takes keyword arguments only")
        self._input_kwargs = keywords
        return function(self, **keywords)

    return wrapper
