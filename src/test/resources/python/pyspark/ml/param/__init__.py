import uuid


class Param:
    def __init__(self, parent, name, doc, typeConverter=None):
        self.parent, self.name, self.doc = parent, name, doc
        self.typeConverter = typeConverter or (lambda value: value)

    def _copy_new_parent(self, parent):
        return Param(parent.uid, self.name, self.doc, self.typeConverter)

    def __hash__(self):
        return hash((self.parent, self.name))

    def __eq__(self, other):
        return (self.parent, self.name) == (other.parent, other.name)


class TypeConverters:
    @staticmethod
    def toInt(value):
        if isinstance(value, (bool, str)) or int(value) != value:
            raise TypeError(f"Could not convert {value} to int")
        return int(value)

    @staticmethod
    def toFloat(value):
        if isinstance(value, (bool, str)):
            raise TypeError(f"Could not convert {value} to float")
        return float(value)

    @staticmethod
    def toBoolean(value):
        if not isinstance(value, bool):
            raise TypeError(f"Boolean Param requires value of type bool. Found {value}.")
        return value

    @staticmethod
    def toString(value):
        if not isinstance(value, str):
            raise TypeError(f"Could not convert {value} to string type")
        return value

    @staticmethod
    def toListInt(value):
        return [TypeConverters.toInt(v) for v in value]

    @staticmethod
    def toListFloat(value):
        return [TypeConverters.toFloat(v) for v in value]

    @staticmethod
    def toListString(value):
        return [TypeConverters.toString(v) for v in value]


class Params:
    """Params are attributes of a class; each object has copies of its own and a map of values."""

    def __init__(self):
        super().__init__()
        self.uid = f"{type(self).__name__}_{uuid.uuid4().hex[-12:]}"
        self._paramMap, self._defaultParamMap = {}, {}
        for name in dir(type(self)):
            param = getattr(type(self), name)
            if isinstance(param, Param):
                setattr(self, name, param._copy_new_parent(self))

    @staticmethod
    def _dummy():
        return "undefined"

    @property
    def params(self):
        return [p for _, p in sorted(vars(self).items()) if isinstance(p, Param)]

    def isSet(self, param):
        return param in self._paramMap

    def hasDefault(self, param):
        return param in self._defaultParamMap

    def getOrDefault(self, param):
        return self._paramMap[param] if self.isSet(param) else self._defaultParamMap[param]

    def _set(self, **values):
        for name, value in values.items():
            param = getattr(self, name)
            if value is not None:
                try:
                    value = param.typeConverter(value)
                except TypeError as e:
                    raise TypeError(f'Invalid param value given for param "{name}". {e}')
            self._paramMap[param] = value
        return self

    def _setDefault(self, **values):
        for name, value in values.items():
            param = getattr(self, name)
            self._defaultParamMap[param] = value if value is None else param.typeConverter(value)
        return self

    def _copyValues(self, to):
        for param, value in self._paramMap.items():
            if hasattr(to, param.name):
                to._set(**{param.name: value})
        return to

    def _resetUid(self, uid):
        for name in [p.name for p in self.params]:
            old = getattr(self, name)
            new = Param(uid, name, old.doc, old.typeConverter)
            for values in (self._paramMap, self._defaultParamMap):
                if old in values:
                    values[new] = values.pop(old)
            setattr(self, name, new)
        self.uid = uid
        return self
