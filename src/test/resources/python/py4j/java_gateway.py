"""Speaks with Py4J's Java side by its protocol: one connection, no callbacks, nothing released."""

import socket


class Gateway:
    def __init__(self, port):
        connection = socket.create_connection(("127.0.0.1", port), 250)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._stream = connection.makefile("rw", encoding="utf-8", newline="\n")

    def send(self, *lines):
        self._stream.write("\n".join(lines) + "\ne\n")
        self._stream.flush()
        answer = self._stream.readline().rstrip("\n").removeprefix("!")
        if not answer:
            raise ConnectionError("the gateway does not answer")
        if answer[0] != "y":
            thrown = answer[2:] if answer[1:2] == "r" else None
            raise JavaError(self.call(thrown, "toString") if thrown else answer[2:])
        return answer[1:]

    def call(self, target, method, *arguments):
        return self._value(self.send("c", target, method, *map(self._part, arguments)))

    def new(self, name, *arguments):
        return self._value(self.send("i", name, *map(self._part, arguments)))

    def _part(self, value):
        if isinstance(value, bool):
            return f"b{value}"
        if isinstance(value, int):
            return f"i{value}" if -(2**31) <= value < 2**31 else f"L{value}"
        if isinstance(value, float):
            return f"d{value!r}"
        if isinstance(value, str):
            return "s" + value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
        if isinstance(value, list):
            made = JavaObject(self, self.send("i", "java.util.ArrayList")[1:])
            for element in value:
                made.add(element)
            value = made
        return "r" + value._target

    def _value(self, answer):
        kind, rest = answer[:1], answer[1:]
        if kind in ("v", "n"):
            return None
        if kind == "b":
            return rest == "true"
        if kind in ("i", "L"):
            return int(rest)
        if kind == "d":
            return float(rest)
        if kind == "s":
            return rest.replace("\\n", "\n").replace("\\r", "\r").replace("\\\\", "\\")
        if kind == "t":
            length = self._value(self.send("a", "e", rest))
            return [self._value(self.send("a", "g", rest, f"i{i}")) for i in range(length)]
        if kind == "l":
            elements = JavaObject(self, rest)
            return [elements.get(i) for i in range(elements.size())]
        return JavaObject(self, rest)


class JavaError(Exception):
    """What Java threw."""


class JavaPackage:
    """A name; Py4J says of every name that Java does not know that it is a package."""

    def __init__(self, gateway, name=""):
        self._gateway, self._name = gateway, name

    def __getattr__(self, name):
        full = f"{self._name}.{name}" if self._name else name
        if self._gateway.send("r", "u", full, "rj").startswith("c"):
            return JavaClass(self._gateway, full)
        return JavaPackage(self._gateway, full)


class JavaClass:
    def __init__(self, gateway, name):
        self._gateway, self._name = gateway, name

    def __call__(self, *arguments):
        return self._gateway.new(self._name, *arguments)

    def __getattr__(self, method):
        return lambda *arguments: self._gateway.call("z:" + self._name, method, *arguments)


class JavaObject:
    def __init__(self, gateway, target):
        self._gateway, self._target = gateway, target

    def __getattr__(self, method):
        return lambda *arguments: self._gateway.call(self._target, method, *arguments)
