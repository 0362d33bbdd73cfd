"""Uses kudari.py with the stand-ins beside this file, and prints what it saw, one line a fact.

Arguments: a file of the Java classes with their methods and params; a file of values to set, one
line each: class, param, JSON; a program, which is read but not run. Every line printed is a kind, a class, a param and JSON or text.
"""

import ast
import json
import sys
import types

sys.path.insert(0, sys.argv[1])

import kudari  # noqa: E402
from py4j.java_gateway import JavaObject, JavaPackage  # noqa: E402
from pyspark import SparkContext  # noqa: E402
from pyspark.ml.param.shared import HasRawPredictionCol, HasWeightCol  # noqa: E402
from pyspark.ml.wrapper import JavaParams  # noqa: E402
from pyspark.sql import DataFrame, SparkSession  # noqa: E402

ESTIMATORS = [kudari.KudariClassifier, kudari.KudariRegressor]
MODELS = [kudari.KudariClassificationModel, kudari.KudariRegressionModel]
SparkContext.of(sys.argv[2])


def say(kind, stage, name, value):
    print(kind, type(stage).__name__, name, value, sep="\t")


def capital(name):
    return name[0].upper() + name[1:]


def as_json(value):
    return json.dumps(value, separators=(",", ":"))


def last_call():
    return JavaObject.calls[-1]


def refused(error, call):
    try:
        call()
    except error as e:
        return str(e)
    raise AssertionError(f"no {error.__name__}")


with open(sys.argv[3], encoding="utf-8") as lines:
    values = {}
    for line in lines:
        stage, name, value = line.rstrip("\n").split("\t")
        values.setdefault(stage, {})[name] = json.loads(value)

rows = DataFrame("the rows", SparkSession())
for make, made in zip(ESTIMATORS, MODELS):
    stage = make()
    assert stage._java_obj.getName() == "io.kudari.ml." + make.__name__
    assert stage._java_obj.uid() == stage.uid
    assert isinstance(stage, HasWeightCol)
    for param in stage.params:
        say("param", stage, param.name, param.doc)
        if stage.hasDefault(param):
            say("default", stage, param.name, as_json(stage.getOrDefault(param)))

    # By setters, by the constructor and by setParams, each value comes to Java.
    for name, value in values[make.__name__].items():
        assert getattr(stage, "set" + capital(name))(value) is stage, name
        assert getattr(stage, "get" + capital(name))() == value, name
    model = stage.fit(rows)
    assert last_call()[1:] == ("fit", ("the rows",)), last_call()
    for name, value in stage._java_obj.values.items():
        say("set", stage, name, as_json(value))
    for again in (make(**values[make.__name__]), make().setParams(**values[make.__name__])):
        assert again._to_java().values == stage._java_obj.values
        assert again._to_java().defaults == stage._java_obj.defaults
    refused(TypeError, lambda: make(epochs="ten"))
    refused(TypeError, lambda: make(epoch=10))
    refused(TypeError, lambda: make(10))

    assert type(model) is made and model.uid == stage.uid
    blank = made()
    for param in blank.params:
        say("param", blank, param.name, param.doc)
        if blank.hasDefault(param):
            say("default", blank, param.name, as_json(blank.getOrDefault(param)))
    assert model.getFeaturesCol() == values[make.__name__]["featuresCol"]
    for name in ("featuresCols", "handleInvalid", "inferBatchSize"):
        getattr(model, "set" + capital(name))(values[make.__name__][name])
    assert model.transform(rows)._jdf == "transform"
    for name, value in model._java_obj.values.items():
        say("set", model, name, as_json(value))
    assert model.predict([1.0]) == "predict" and last_call()[2] == ([1.0],)
    assert model.numFeatures == "numFeatures"

    assert model.hasSummary is True
    for name, member in vars(kudari.TrainingSummary).items():
        if isinstance(member, property) and name != "history":
            assert getattr(model.summary, name) == name
            say("figure", model.summary, name, member.__doc__)
    model.summary._java_obj.toDataFrame  # is there
    kudari.TrainingSummary._call_java = lambda self, name, *a: DataFrame((name, a), None)
    assert model.summary.history == [("toDataFrame", ("the session",))]
    del kudari.TrainingSummary._call_java

    found = made.fromFolder("out/digits")
    assert ("io.kudari.ml." + made.__name__, "fromFolder", ("out/digits",)) in JavaObject.calls
    assert type(found) is made and found.hasSummary is False
    assert found.uid in refused(RuntimeError, lambda: found.summary)

    for saved in (stage, model):
        assert saved.write() == "write"
        loaded = type(saved).load("a/path")
        assert type(loaded) is type(saved) and loaded.uid == "loaded"
        assert loaded.getFeaturesCol() == "a/path"
        # As a pipeline finds its stages.
        assert type(JavaParams._from_java(loaded._java_obj)) is type(saved)

classes = MODELS[0](ESTIMATORS[0]()._java_obj.fit("rows"))
assert isinstance(ESTIMATORS[0](), HasRawPredictionCol) and isinstance(classes, HasRawPredictionCol)
assert classes.numClasses == "numClasses" and classes.classNames == ["a", "b"]
assert classes.predictRaw([1.0]) == "predictRaw"
assert classes.predictProbability([1.0]) == "predictProbability"

with open(sys.argv[4], encoding="utf-8") as program:
    for node in ast.walk(ast.parse(program.read())):
        if isinstance(node, ast.ImportFrom) and node.module == "kudari":
            assert all(name.name in kudari.__all__ for name in node.names)
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in kudari.__all__:
            getattr(kudari, node.func.id)(**{k.arg: ast.literal_eval(k.value) for k in node.keywords})
            print("call", "program", node.func.id, "", sep="\t")

SparkContext._jvm = JavaPackage({}, "")
for make in ESTIMATORS:
    name = "io.kudari.ml." + make.__name__
    assert refused(RuntimeError, make) == (
        f"Spark has no class {name}: start it with --jars and Kudari's jar"
    )
    assert refused(RuntimeError, lambda: make.load("a/path")).startswith("Spark has no class")
assert isinstance(sys.modules["io"].StringIO, type) and isinstance(kudari, types.ModuleType)
print("done")
