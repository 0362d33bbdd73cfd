from typing import Generic, TypeVar

from pyspark import SparkContext

M = TypeVar("M")


def _jvm():
    if SparkContext._jvm is None:
        raise AttributeError("Cannot load _jvm from SparkContext. Is SparkContext initialized?")
    return SparkContext._jvm


class JavaMLWritable:
    def write(self):
        return self._to_java().write()


class JavaMLReader(Generic[M]):
    def __init__(self, clazz):
        self._clazz = clazz
        self._jread = self._load_java_obj(clazz).read()

    def load(self, path):
        return self._clazz._from_java(self._jread.load(path))

    @classmethod
    def _java_loader_class(cls, clazz):
        return clazz.__module__.replace("pyspark", "org.apache.spark") + "." + clazz.__name__

    @classmethod
    def _load_java_obj(cls, clazz):
        found = _jvm()
        for name in cls._java_loader_class(clazz).split("."):
            found = getattr(found, name)
        return found


class JavaMLReadable(Generic[M]):
    @classmethod
    def read(cls):
        return JavaMLReader(cls)

    @classmethod
    def load(cls, path):
        return cls.read().load(path)
