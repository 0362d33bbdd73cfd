"""Uses kudari.py, with the stand-ins beside this file, on a JVM behind a gateway.

Arguments: a jar with kudari.py, the gateway's port, a program that is read but not run, and a
folder to save to. The JVM's session has a view "rows" with columns x, y and label. Ends with an
exception, or prints "done".
"""

import ast
import io
import sys

sys.path.insert(0, sys.argv[1])

import kudari  # noqa: E402
from py4j.java_gateway import Gateway, JavaError, JavaPackage  # noqa: E402
from pyspark import SparkContext  # noqa: E402
from pyspark.ml.param.shared import HasRawPredictionCol, HasWeightCol  # noqa: E402
from pyspark.ml.wrapper import JavaParams  # noqa: E402
from pyspark.sql import DataFrame, SparkSession  # noqa: E402

CLASSIFIER, REGRESSOR = kudari.KudariClassifier, kudari.KudariRegressor
OURS = set().union(
    *(vars(p) for p in (kudari._TrainingParams, kudari._InferenceParams, kudari._TargetParams))
)

# Legal values other than the defaults: of what is not free, and of all others by type.
CHOICES = {
    "activation": "tanh",
    "dataMemory": "64 MB",
    "earlyStoppingMetric": "accuracy",
    "handleInvalid": "skip",
    "initializer": "lecun-normal",
    "inputShape": [1, 4, 4],
    "normalization": "min-max",
    "optimizer": "sgd",
    "strategy": "serial",
}
VALUES = {
    "toBoolean": True,
    "toFloat": 0.25,
    "toInt": 7,
    "toListFloat": [0.5, 0.25],
    "toListInt": [3, 4],
    "toListString": ["a", "b"],
    "toString": "a text",
}

jvm = SparkContext._jvm = JavaPackage(Gateway(int(sys.argv[2])))
session = SparkSession()
rows = DataFrame(session._jsparkSession.table("rows"), session)


def capital(name):
    return name[0].upper() + name[1:]


def value(param):
    return CHOICES.get(param.name, VALUES[param.typeConverter.__name__])


def refused(error, call):
    try:
        call()
    except error as e:
        return str(e)
    raise AssertionError(f"no {error.__name__}")


def check_params(stage, java):
    """Names, docs and defaults are Java's; Java takes a value of each and gives it back."""
    theirs = {p.name(): p for p in java.params()}
    assert [p.name for p in stage.params] == list(theirs), list(theirs)
    for param in stage.params:
        name = param.name
        assert name not in OURS or param.doc == theirs[name].doc(), name
        assert stage.hasDefault(param) == java.hasDefault(theirs[name]), name
        if stage.hasDefault(param):
            default = stage._defaultParamMap[param]
            assert default == java.getOrDefault(theirs[name]), name
            assert type(default) is type(java.getOrDefault(theirs[name])), name
            assert default != value(param), name
        if name != "labelCol" or isinstance(stage, kudari.JavaEstimator):
            assert getattr(stage, "set" + capital(name))(value(param)) is stage, name
            assert getattr(stage, "get" + capital(name), lambda: value(param))() == value(param)
    arrived = stage._to_java()
    for param in stage.params:
        if stage.isSet(param):
            theirs = arrived.getParam(param.name)
            assert arrived.isSet(theirs), param.name
            assert arrived.getOrDefault(theirs) == value(param), param.name


def check_estimator(make):
    java = getattr(jvm.io.kudari.ml, make.__name__)("a name")
    stage = make()
    assert stage._java_obj.uid() == stage.uid and isinstance(stage, HasWeightCol)
    arrived = stage._to_java()
    assert not any(arrived.isSet(p) for p in arrived.params()), "defaults stay defaults"
    check_params(stage, java)
    values = {p.name: value(p) for p in stage.params}
    for again in (make(**values), make().setParams(**values)):
        assert again._to_java().extractParamMap().size() == len(values)
        assert all(again.getOrDefault(p) == value(p) for p in again.params)
    assert "epochs" in refused(TypeError, lambda: make(epochs="ten"))
    assert "given invalid value 0" in refused(JavaError, make(epochs=0)._to_java)
    refused(TypeError, lambda: make(epoch=10))
    refused(TypeError, lambda: make(10))


def check_saved(stage, path):
    stage.write().overwrite().save(path)
    loaded = type(stage).load(path)
    assert type(loaded) is type(stage) and loaded.uid == stage.uid
    assert loaded.getFeaturesCols() == ["x", "y"]
    # As a pipeline finds its stages.
    assert type(JavaParams._from_java(loaded._java_obj)) is type(stage)
    return loaded


def check_model(make, model):
    estimator = make(
        featuresCols=["x", "y"], hiddenLayers=[4], epochs=2, ranks=1, seed=3, predictionCol="said"
    )
    fitted = estimator.fit(rows)
    assert type(fitted) is model and fitted.uid == estimator.uid
    assert fitted.numFeatures == 2 and fitted.hasSummary is True
    assert fitted.getPredictionCol() == "said"
    figures = {n for n, m in vars(kudari.TrainingSummary).items() if isinstance(m, property)}
    told = {name: getattr(fitted.summary, name) for name in figures}
    assert [row.getAs("epoch") for row in told["history"]] == [0, 1], told
    assert len(told["objectiveHistory"]) == 2 and told["status"] == "completed", told
    assert all(isinstance(line, str) for line in told["warnings"]), told
    shares = [told[part + "Share"] for part in ("compute", "waiting", "exchange", "update", "input")]
    assert abs(sum(shares) - 1) < 1e-9 and told["computeShare"] > 0, told
    assert told["bestEpoch"] == 1 and len(told["parametersSha256"]) == 64, told

    check_saved(estimator, f"{sys.argv[4]}/{make.__name__}")
    folder = f"{sys.argv[4]}/{model.__name__}"
    loaded = check_saved(fitted, folder)
    found = model.fromFolder(folder + "/model").setFeaturesCols(["x", "y"])
    expected = predictions(fitted, "said")
    assert len(set(expected)) > 1
    assert predictions(loaded, "said") == expected
    assert predictions(found, "prediction") == expected
    for other in (loaded, found):
        assert other.hasSummary is False
        assert other.uid in refused(RuntimeError, lambda: other.summary)
    vector = jvm.org.apache.spark.ml.linalg.Vectors.zeros(2)
    assert isinstance(found.predict(vector), float)
    if model is kudari.KudariRegressionModel:
        assert found.numTargets == 1
        assert found.predictTargets(vector).toArray()[0] == found.predict(vector)
    if model is kudari.KudariClassificationModel:
        assert isinstance(found, HasRawPredictionCol) and isinstance(estimator, HasRawPredictionCol)
        assert found.numClasses == 3 and found.classNames == ["0", "1", "2"], found.classNames
        assert abs(sum(found.predictProbability(vector).toArray()) - 1) < 1e-6
        assert max(found.predictRaw(vector).toArray()) <= 0
    return found


def predictions(model, column):
    return [row.getAs(column) for row in model.transform(rows).collect()]


def check_program(file):
    with open(file, encoding="utf-8") as program:
        for node in ast.walk(ast.parse(program.read())):
            if isinstance(node, ast.ImportFrom) and node.module == "kudari":
                assert all(name.name in kudari.__all__ for name in node.names)
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) in kudari.__all__:
                values = {k.arg: ast.literal_eval(k.value) for k in node.keywords}
                getattr(kudari, node.func.id)(**values)._to_java()


def check_without_jar():
    """Where Java does not know our classes, as without --jars."""
    kudari._Reader._java_loader_class = lambda clazz: "not.there." + clazz.__name__
    for make in (CLASSIFIER, REGRESSOR):
        said = refused(RuntimeError, make)
        assert said.startswith(f"Spark has no class not.there.{make.__name__}: "), said
        assert refused(RuntimeError, lambda: make.load("a/path")) == said


check_estimator(CLASSIFIER)
check_estimator(REGRESSOR)
MODELS = (kudari.KudariClassificationModel, kudari.KudariRegressionModel)
for make, model in zip((CLASSIFIER, REGRESSOR), MODELS):
    found = check_model(make, model)
    check_params(found, model.fromFolder(f"{sys.argv[4]}/{model.__name__}/model")._java_obj)
check_program(sys.argv[3])
check_without_jar()
assert isinstance(io.StringIO("as before").read(), str)
print("done")
