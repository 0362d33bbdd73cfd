"""What attributes of a JVM are: packages, classes, and objects that note what they are told."""


class JavaPackage:
    """Names that are no class, as Py4J has for every name that Java does not know."""

    def __init__(self, classes, name):
        self._classes, self._name = classes, name

    def __getattr__(self, name):
        full = f"{self._name}.{name}" if self._name else name
        if full in self._classes:
            return JavaClass(self._classes, full)
        return JavaPackage(self._classes, full)

    def __call__(self, *arguments):
        raise TypeError("'JavaPackage' object is not callable")


class JavaClass:
    def __init__(self, classes, name):
        self._classes, self._name = classes, name

    def __call__(self, uid):
        return JavaObject(self._classes, self._name, uid)

    def __getattr__(self, method):
        if method not in self._classes[self._name].methods:
            raise AttributeError(f"{self._name} has no method {method}")
        return lambda *arguments: self._static(method, arguments)

    def _static(self, method, arguments):
        JavaObject.calls.append((self._name, method, arguments))
        if method == "read":
            return _Reader(self._classes, self._name)
        return JavaObject(self._classes, self._name, "found")


class _Reader:
    def __init__(self, classes, name):
        self._classes, self._name = classes, name

    def load(self, path):
        loaded = JavaObject(self._classes, self._name, "loaded")
        loaded.values = {"featuresCol": path}
        return loaded


class JavaObject:
    """Has the methods of its class; what they give is a class of ours, or their own name."""

    calls = []
    MADE = {"KudariClassifier": "KudariClassificationModel", "KudariRegressor": "KudariRegressionModel"}

    def __init__(self, classes, name, uid):
        self._classes, self._name, self._uid = classes, name, uid
        self.values, self.defaults = {}, {}

    def __getattr__(self, method):
        if method not in self._classes[self._name].methods:
            raise AttributeError(f"{self._name} has no method {method}")
        return lambda *arguments: self._called(method, arguments)

    def _called(self, method, arguments):
        JavaObject.calls.append((self._name, method, arguments))
        package, _, simple = self._name.rpartition(".")
        if method == "fit":
            made = JavaObject(self._classes, f"{package}.{self.MADE[simple]}", self._uid)
            made.values["featuresCol"] = self.values.get("featuresCol", "features")
            return made
        if method == "summary":
            return JavaObject(self._classes, package + ".TrainingSummary", None)
        if method == "hasSummary":
            return self._uid not in ("loaded", "found")
        if method == "classNames":
            return ["a", "b"]
        return method

    def uid(self):
        return self._uid

    def getName(self):
        return self._name

    def getClass(self):
        return self

    def getParam(self, name):
        if name not in self._classes[self._name].params:
            raise ValueError(f"{self._name} has no param {name}")
        return JavaParam(name)

    def hasParam(self, name):
        return name in self._classes[self._name].params

    def isSet(self, param):
        return param.name in self.values

    def getOrDefault(self, param):
        return self.values[param.name]

    def set(self, pair):
        self.values.update([pair])

    def setDefault(self, pairs):
        self.defaults.update(pairs)


class JavaParam:
    def __init__(self, name):
        self.name = name

    def w(self, value):
        return self.name, value
