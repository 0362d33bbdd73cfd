"""Networks as stages of PySpark's ML, trained by Kudari in the session of the data frame.

    from kudari import KudariClassifier

    model = KudariClassifier(hiddenLayers=[128], epochs=20).fit(rows)
    model.transform(rows)

The session needs Kudari's jar on its class path (``--jars``), which holds this file, too
(``--py-files`` with the same jar). Whoever loads a pipeline imports this module first.

scripts/tables writes what stands between "from Java" and "end" of the Java classes.
"""

import io
import sys
import types

from py4j.java_gateway import JavaPackage
from pyspark import keyword_only
from pyspark.ml.classification import ProbabilisticClassificationModel, ProbabilisticClassifier
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.param.shared import HasSeed, HasValidationIndicatorCol, HasWeightCol
from pyspark.ml.regression import RegressionModel, Regressor
from pyspark.ml.util import JavaMLReadable, JavaMLReader, JavaMLWritable
from pyspark.ml.wrapper import JavaEstimator, JavaModel, JavaParams, JavaWrapper
from pyspark.sql import SparkSession

__all__ = [
    "KudariClassificationModel",
    "KudariClassifier",
    "KudariRegressionModel",
    "KudariRegressor",
    "TrainingSummary",
]


class _Reader(JavaMLReader):
    """Knows the Java classes, which are not in a package that PySpark would make of a module."""

    @classmethod
    def _java_loader_class(cls, clazz):
        return "io.kudari.ml." + clazz.__name__

    @classmethod
    def _load_java_obj(cls, clazz):
        found = super()._load_java_obj(clazz)
        if isinstance(found, JavaPackage):
            name = cls._java_loader_class(clazz)
            raise RuntimeError(f"Spark has no class {name}: start it with --jars and Kudari's jar")
        return found


class _Readable(JavaMLReadable):
    @classmethod
    def read(cls):
        """What reads a stage that was saved."""
        return _Reader(cls)


class _InferenceParams(Params):
    """Params of estimators and models."""

    # from Java: params of InferenceParams
    featuresCols = Param(
        Params._dummy(),
        "featuresCols",
        "columns of numbers, booleans, vectors or arrays of numbers that make the features,"
        " one after the other; when set, featuresCol is not read",
        typeConverter=TypeConverters.toListString,
    )
    handleInvalid = Param(
        Params._dummy(),
        "handleInvalid",
        "what to do with a row whose features are null, NaN, infinite or pixels that cannot"
        " be read: error ends the job, skip leaves the row out",
        typeConverter=TypeConverters.toString,
    )
    inferBatchSize = Param(
        Params._dummy(),
        "inferBatchSize",
        "how many rows a task applies the model to at once, within 1..65536",
        typeConverter=TypeConverters.toInt,
    )
    inputShape = Param(
        Params._dummy(),
        "inputShape",
        "channels, height and width of features that are pixels: bytes of binary are the"
        " channels one after another, each row by row, and images are scaled to it, with 1"
        " channel made grey; when empty, bytes are a flat row, and images of three channels"
        " as large as they are",
        typeConverter=TypeConverters.toListInt,
    )

    def __init__(self):
        super().__init__()
        self._setDefault(
            featuresCols=[],
            handleInvalid="error",
            inferBatchSize=256,
            inputShape=[],
        )

    def getFeaturesCols(self):
        """The value of featuresCols, or its default."""
        return self.getOrDefault(self.featuresCols)

    def setFeaturesCols(self, value):
        """Sets featuresCols:
        columns of numbers, booleans, vectors or arrays of numbers that make the features,
        one after the other; when set, featuresCol is not read."""
        return self._set(featuresCols=value)

    def getHandleInvalid(self):
        """The value of handleInvalid, or its default."""
        return self.getOrDefault(self.handleInvalid)

    def setHandleInvalid(self, value):
        """Sets handleInvalid:
        what to do with a row whose features are null, NaN, infinite or pixels that cannot
        be read: error ends the job, skip leaves the row out."""
        return self._set(handleInvalid=value)

    def getInferBatchSize(self):
        """The value of inferBatchSize, or its default."""
        return self.getOrDefault(self.inferBatchSize)

    def setInferBatchSize(self, value):
        """Sets inferBatchSize:
        how many rows a task applies the model to at once, within 1..65536."""
        return self._set(inferBatchSize=value)

    def getInputShape(self):
        """The value of inputShape, or its default."""
        return self.getOrDefault(self.inputShape)

    def setInputShape(self, value):
        """Sets inputShape:
        channels, height and width of features that are pixels: bytes of binary are the
        channels one after another, each row by row, and images are scaled to it, with 1
        channel made grey; when empty, bytes are a flat row, and images of three channels
        as large as they are."""
        return self._set(inputShape=value)
    # end


class _TrainingParams(HasSeed, HasValidationIndicatorCol, HasWeightCol, _InferenceParams):
    """Params of estimators."""

    # from Java: params of TrainingParams
    activation = Param(
        Params._dummy(),
        "activation",
        "of the hidden layers: identity, sigmoid, tanh, relu, leaky-relu",
        typeConverter=TypeConverters.toString,
    )
    batchNorm = Param(
        Params._dummy(),
        "batchNorm",
        "whether batch normalisation precedes every activation",
        typeConverter=TypeConverters.toBoolean,
    )
    batchSize = Param(
        Params._dummy(),
        "batchSize",
        "rows of a step over all workers, at least as many as workers",
        typeConverter=TypeConverters.toInt,
    )
    config = Param(
        Params._dummy(),
        "config",
        "a configuration in HOCON with any of model, optimizer, schedule, train and"
        " checkpoint; what it says replaces defaults, and params that are set replace what it"
        " says",
        typeConverter=TypeConverters.toString,
    )
    dataMemory = Param(
        Params._dummy(),
        "dataMemory",
        "most of a process's Java heap that examples take, such as 512 MB; what is beyond"
        " lies in files in Spark's local folder, with 0 all; a quarter of the heap when empty",
        typeConverter=TypeConverters.toString,
    )
    dropout = Param(
        Params._dummy(),
        "dropout",
        "share of every hidden layer's outputs that is dropped while training, within [0, 1)",
        typeConverter=TypeConverters.toFloat,
    )
    earlyStoppingMetric = Param(
        Params._dummy(),
        "earlyStoppingMetric",
        "what earlyStoppingPatience watches: loss, or of a classification accuracy",
        typeConverter=TypeConverters.toString,
    )
    earlyStoppingPatience = Param(
        Params._dummy(),
        "earlyStoppingPatience",
        "epochs without a better one on the rows held out that end the training with the best"
        " epoch's parameters; 0 is never",
        typeConverter=TypeConverters.toInt,
    )
    epochs = Param(
        Params._dummy(),
        "epochs",
        "passes over the training rows, within 1..1048576",
        typeConverter=TypeConverters.toInt,
    )
    hiddenLayers = Param(
        Params._dummy(),
        "hiddenLayers",
        "units of each hidden dense layer, at least 1; an empty array is a linear model",
        typeConverter=TypeConverters.toListInt,
    )
    initialModelPath = Param(
        Params._dummy(),
        "initialModelPath",
        "folder of a run, a saved stage or a model, whose parameters training begins with;"
        " drawn ones when empty",
        typeConverter=TypeConverters.toString,
    )
    initializer = Param(
        Params._dummy(),
        "initializer",
        "how weights start: zero, xavier-normal, xavier-uniform, lecun-normal, he-normal,"
        " he-uniform, orthogonal",
        typeConverter=TypeConverters.toString,
    )
    learningRate = Param(
        Params._dummy(),
        "learningRate",
        "base of the learning rate's schedule, above 0; the optimizer's own when not set",
        typeConverter=TypeConverters.toFloat,
    )
    normalization = Param(
        Params._dummy(),
        "normalization",
        "of features, fitted to the training rows: z-score or min-max of each, scale (divided"
        " by 255), or none; when not set, z-score, and scale of binary and of images",
        typeConverter=TypeConverters.toString,
    )
    optimizer = Param(
        Params._dummy(),
        "optimizer",
        "what makes updates of gradients: sgd, momentum, nesterov, sgdw, adagrad, adadelta,"
        " rmsprop, adam, adamw, amsgrad, nadam, lion, lars, lamb, cg, l-bfgs, coordinate",
        typeConverter=TypeConverters.toString,
    )
    ranks = Param(
        Params._dummy(),
        "ranks",
        "tasks of a training; 0 is as many as Spark has slots, but no more than workers, and"
        " in local mode one with a thread a core unless threads or spark.task.cpus is set",
        typeConverter=TypeConverters.toInt,
    )
    resume = Param(
        Params._dummy(),
        "resume",
        "whether to go on with the training that runPath holds, from its last checkpoint;"
        " where there is none yet one begins, and where it has ended its model is the result",
        typeConverter=TypeConverters.toBoolean,
    )
    runPath = Param(
        Params._dummy(),
        "runPath",
        "a new folder, or with resume that of a run, or a URI of one, for events, summary,"
        " checkpoints, report and model of the training, of which there may be one then; none"
        " when empty",
        typeConverter=TypeConverters.toString,
    )
    seed = Param(
        Params._dummy(),
        "seed",
        "of the split, the order of rows, start values and dropout",
        typeConverter=TypeConverters.toInt,
    )
    strategy = Param(
        Params._dummy(),
        "strategy",
        "who computes: all-reduce (tasks of a barrier stage), driver (a Spark job a step) or"
        " serial (one thread of the driver); all give the same bits",
        typeConverter=TypeConverters.toString,
    )
    threads = Param(
        Params._dummy(),
        "threads",
        "of each task; 0 is as many as spark.task.cpus says. Another number needs local mode,"
        " or spark.executor.cores: the tasks of a training then take a core for each thread",
        typeConverter=TypeConverters.toInt,
    )
    validationFraction = Param(
        Params._dummy(),
        "validationFraction",
        "share of the rows that is held out and evaluated after every epoch, within [0, 1)",
        typeConverter=TypeConverters.toFloat,
    )
    validationIndicatorCol = Param(
        Params._dummy(),
        "validationIndicatorCol",
        "column of booleans, true for rows that are held out, in the place of"
        " validationFraction",
        typeConverter=TypeConverters.toString,
    )
    weightCol = Param(
        Params._dummy(),
        "weightCol",
        "column of the rows' weights: 0, or within [1e-30, 1e30]; every row counts 1 without",
        typeConverter=TypeConverters.toString,
    )
    weightDecay = Param(
        Params._dummy(),
        "weightDecay",
        "as the optimizer's setting of that name, at least 0; the optimizer's own when not"
        " set",
        typeConverter=TypeConverters.toFloat,
    )
    workers = Param(
        Params._dummy(),
        "workers",
        "logical workers among which a step's rows are divided: part of the experiment, as"
        " the seed is, and not how many tasks there are",
        typeConverter=TypeConverters.toInt,
    )

    def __init__(self):
        super().__init__()
        self._setDefault(
            activation="relu",
            batchNorm=False,
            batchSize=128,
            config="",
            dataMemory="",
            dropout=0.0,
            earlyStoppingMetric="loss",
            earlyStoppingPatience=0,
            epochs=10,
            hiddenLayers=[64],
            initialModelPath="",
            initializer="he-normal",
            optimizer="adam",
            ranks=0,
            resume=False,
            runPath="",
            seed=1,
            strategy="all-reduce",
            threads=0,
            validationFraction=0.1,
            validationIndicatorCol="",
            weightCol="",
            workers=4,
        )

    def getActivation(self):
        """The value of activation, or its default."""
        return self.getOrDefault(self.activation)

    def setActivation(self, value):
        """Sets activation:
        of the hidden layers: identity, sigmoid, tanh, relu, leaky-relu."""
        return self._set(activation=value)

    def getBatchNorm(self):
        """The value of batchNorm, or its default."""
        return self.getOrDefault(self.batchNorm)

    def setBatchNorm(self, value):
        """Sets batchNorm:
        whether batch normalisation precedes every activation."""
        return self._set(batchNorm=value)

    def getBatchSize(self):
        """The value of batchSize, or its default."""
        return self.getOrDefault(self.batchSize)

    def setBatchSize(self, value):
        """Sets batchSize:
        rows of a step over all workers, at least as many as workers."""
        return self._set(batchSize=value)

    def getConfig(self):
        """The value of config, or its default."""
        return self.getOrDefault(self.config)

    def setConfig(self, value):
        """Sets config:
        a configuration in HOCON with any of model, optimizer, schedule, train and
        checkpoint; what it says replaces defaults, and params that are set replace what it
        says."""
        return self._set(config=value)

    def getDataMemory(self):
        """The value of dataMemory, or its default."""
        return self.getOrDefault(self.dataMemory)

    def setDataMemory(self, value):
        """Sets dataMemory:
        most of a process's Java heap that examples take, such as 512 MB; what is beyond
        lies in files in Spark's local folder, with 0 all; a quarter of the heap when
        empty."""
        return self._set(dataMemory=value)

    def getDropout(self):
        """The value of dropout, or its default."""
        return self.getOrDefault(self.dropout)

    def setDropout(self, value):
        """Sets dropout:
        share of every hidden layer's outputs that is dropped while training, within [0, 1)."""
        return self._set(dropout=value)

    def getEarlyStoppingMetric(self):
        """The value of earlyStoppingMetric, or its default."""
        return self.getOrDefault(self.earlyStoppingMetric)

    def setEarlyStoppingMetric(self, value):
        """Sets earlyStoppingMetric:
        what earlyStoppingPatience watches: loss, or of a classification accuracy."""
        return self._set(earlyStoppingMetric=value)

    def getEarlyStoppingPatience(self):
        """The value of earlyStoppingPatience, or its default."""
        return self.getOrDefault(self.earlyStoppingPatience)

    def setEarlyStoppingPatience(self, value):
        """Sets earlyStoppingPatience:
        epochs without a better one on the rows held out that end the training with the best
        epoch's parameters; 0 is never."""
        return self._set(earlyStoppingPatience=value)

    def getEpochs(self):
        """The value of epochs, or its default."""
        return self.getOrDefault(self.epochs)

    def setEpochs(self, value):
        """Sets epochs:
        passes over the training rows, within 1..1048576."""
        return self._set(epochs=value)

    def getHiddenLayers(self):
        """The value of hiddenLayers, or its default."""
        return self.getOrDefault(self.hiddenLayers)

    def setHiddenLayers(self, value):
        """Sets hiddenLayers:
        units of each hidden dense layer, at least 1; an empty array is a linear model."""
        return self._set(hiddenLayers=value)

    def getInitialModelPath(self):
        """The value of initialModelPath, or its default."""
        return self.getOrDefault(self.initialModelPath)

    def setInitialModelPath(self, value):
        """Sets initialModelPath:
        folder of a run, a saved stage or a model, whose parameters training begins with;
        drawn ones when empty."""
        return self._set(initialModelPath=value)

    def getInitializer(self):
        """The value of initializer, or its default."""
        return self.getOrDefault(self.initializer)

    def setInitializer(self, value):
        """Sets initializer:
        how weights start: zero, xavier-normal, xavier-uniform, lecun-normal, he-normal,
        he-uniform, orthogonal."""
        return self._set(initializer=value)

    def getLearningRate(self):
        """The value of learningRate, or its default."""
        return self.getOrDefault(self.learningRate)

    def setLearningRate(self, value):
        """Sets learningRate:
        base of the learning rate's schedule, above 0; the optimizer's own when not set."""
        return self._set(learningRate=value)

    def getNormalization(self):
        """The value of normalization, or its default."""
        return self.getOrDefault(self.normalization)

    def setNormalization(self, value):
        """Sets normalization:
        of features, fitted to the training rows: z-score or min-max of each, scale (divided
        by 255), or none; when not set, z-score, and scale of binary and of images."""
        return self._set(normalization=value)

    def getOptimizer(self):
        """The value of optimizer, or its default."""
        return self.getOrDefault(self.optimizer)

    def setOptimizer(self, value):
        """Sets optimizer:
        what makes updates of gradients: sgd, momentum, nesterov, sgdw, adagrad, adadelta,
        rmsprop, adam, adamw, amsgrad, nadam, lion, lars, lamb, cg, l-bfgs, coordinate."""
        return self._set(optimizer=value)

    def getRanks(self):
        """The value of ranks, or its default."""
        return self.getOrDefault(self.ranks)

    def setRanks(self, value):
        """Sets ranks:
        tasks of a training; 0 is as many as Spark has slots, but no more than workers, and
        in local mode one with a thread a core unless threads or spark.task.cpus is set."""
        return self._set(ranks=value)

    def getResume(self):
        """The value of resume, or its default."""
        return self.getOrDefault(self.resume)

    def setResume(self, value):
        """Sets resume:
        whether to go on with the training that runPath holds, from its last checkpoint;
        where there is none yet one begins, and where it has ended its model is the result."""
        return self._set(resume=value)

    def getRunPath(self):
        """The value of runPath, or its default."""
        return self.getOrDefault(self.runPath)

    def setRunPath(self, value):
        """Sets runPath:
        a new folder, or with resume that of a run, or a URI of one, for events, summary,
        checkpoints, report and model of the training, of which there may be one then; none
        when empty."""
        return self._set(runPath=value)

    def getSeed(self):
        """The value of seed, or its default."""
        return self.getOrDefault(self.seed)

    def setSeed(self, value):
        """Sets seed:
        of the split, the order of rows, start values and dropout."""
        return self._set(seed=value)

    def getStrategy(self):
        """The value of strategy, or its default."""
        return self.getOrDefault(self.strategy)

    def setStrategy(self, value):
        """Sets strategy:
        who computes: all-reduce (tasks of a barrier stage), driver (a Spark job a step) or
        serial (one thread of the driver); all give the same bits."""
        return self._set(strategy=value)

    def getThreads(self):
        """The value of threads, or its default."""
        return self.getOrDefault(self.threads)

    def setThreads(self, value):
        """Sets threads:
        of each task; 0 is as many as spark.task.cpus says. Another number needs local mode,
        or spark.executor.cores: the tasks of a training then take a core for each thread."""
        return self._set(threads=value)

    def getValidationFraction(self):
        """The value of validationFraction, or its default."""
        return self.getOrDefault(self.validationFraction)

    def setValidationFraction(self, value):
        """Sets validationFraction:
        share of the rows that is held out and evaluated after every epoch, within [0, 1)."""
        return self._set(validationFraction=value)

    def getValidationIndicatorCol(self):
        """The value of validationIndicatorCol, or its default."""
        return self.getOrDefault(self.validationIndicatorCol)

    def setValidationIndicatorCol(self, value):
        """Sets validationIndicatorCol:
        column of booleans, true for rows that are held out, in the place of
        validationFraction."""
        return self._set(validationIndicatorCol=value)

    def getWeightCol(self):
        """The value of weightCol, or its default."""
        return self.getOrDefault(self.weightCol)

    def setWeightCol(self, value):
        """Sets weightCol:
        column of the rows' weights: 0, or within [1e-30, 1e30]; every row counts 1 without."""
        return self._set(weightCol=value)

    def getWeightDecay(self):
        """The value of weightDecay, or its default."""
        return self.getOrDefault(self.weightDecay)

    def setWeightDecay(self, value):
        """Sets weightDecay:
        as the optimizer's setting of that name, at least 0; the optimizer's own when not
        set."""
        return self._set(weightDecay=value)

    def getWorkers(self):
        """The value of workers, or its default."""
        return self.getOrDefault(self.workers)

    def setWorkers(self, value):
        """Sets workers:
        logical workers among which a step's rows are divided: part of the experiment, as
        the seed is, and not how many tasks there are."""
        return self._set(workers=value)
    # end


class TrainingSummary(JavaWrapper):
    """What a training told, of a model that was fitted in this session."""

    @property
    def history(self):
        """The epochs in their order, as rows of the columns of toDataFrame."""
        return self.toDataFrame().collect()

    @property
    def warnings(self):
        """What the log has of the rows and the params that its user should know, a line each."""
        return list(self._call_java("warnings"))

    def toDataFrame(self):
        """Epochs by epoch, trainLoss, validationLoss, validationScore, learningRate, seconds."""
        session = SparkSession.builder.getOrCreate()
        return self._call_java("toDataFrame", session._jsparkSession)

    # from Java: figures of TrainingSummary
    @property
    def bestEpoch(self):
        """The epoch whose parameters the model has, from 0; −1 when there was none whole."""
        return self._call_java("bestEpoch")

    @property
    def computeShare(self):
        """Share of the steps' time, from 0 to 1, that forward and backward passes took."""
        return self._call_java("computeShare")

    @property
    def examplesPerSecond(self):
        """Training rows a second since it began or was resumed, evaluation included."""
        return self._call_java("examplesPerSecond")

    @property
    def exchangeShare(self):
        """Share of the steps' time, from 0 to 1, that moving and summing gradients took."""
        return self._call_java("exchangeShare")

    @property
    def inputShare(self):
        """Share of the steps' time, from 0 to 1, that assembling batches took."""
        return self._call_java("inputShare")

    @property
    def objectiveHistory(self):
        """The training loss of every epoch, as Spark's own summaries have it."""
        return self._call_java("objectiveHistory")

    @property
    def parametersSha256(self):
        """SHA-256 of the parameters, as summary.json of a run has it."""
        return self._call_java("parametersSha256")

    @property
    def ranks(self):
        """Tasks that trained, at first."""
        return self._call_java("ranks")

    @property
    def recoveries(self):
        """How often a lost task made a run, all of its parts, go on from an earlier state."""
        return self._call_java("recoveries")

    @property
    def seconds(self):
        """Of the training since it began or was resumed, evaluation included, reading the rows not."""
        return self._call_java("seconds")

    @property
    def status(self):
        """completed, stopped-early or target-reached."""
        return self._call_java("status")

    @property
    def steps(self):
        """Steps that were taken."""
        return self._call_java("steps")

    @property
    def threads(self):
        """Threads of each."""
        return self._call_java("threads")

    @property
    def trainExamples(self):
        """Rows that gradients were computed on."""
        return self._call_java("trainExamples")

    @property
    def updateShare(self):
        """Share of the steps' time, from 0 to 1, that the optimizer took."""
        return self._call_java("updateShare")

    @property
    def validationExamples(self):
        """Rows that were held out."""
        return self._call_java("validationExamples")

    @property
    def waitingShare(self):
        """Share of the steps' time, from 0 to 1, in which tasks waited for the slowest of them."""
        return self._call_java("waitingShare")
    # end


class _Fitted(JavaModel, _InferenceParams, _Readable, JavaMLWritable):
    """What models have beside params."""

    @classmethod
    def fromFolder(cls, location):
        """The model of a run, or one that stands alone, as a stage."""
        return JavaParams._from_java(_Reader._load_java_obj(cls).fromFolder(location))

    @property
    def numFeatures(self):
        """How many numbers are the features of a row."""
        return self._call_java("numFeatures")

    def predict(self, value):
        """The prediction of one vector."""
        return self._call_java("predict", value)

    @property
    def hasSummary(self):
        """Whether it was fitted here, rather than loaded."""
        return self._call_java("hasSummary")

    @property
    def summary(self):
        """What its training told; a RuntimeError when it was loaded."""
        if not self.hasSummary:
            raise RuntimeError(f"No training summary available for {self.uid}")
        return TrainingSummary(self._java_obj.summary())


class KudariClassificationModel(_Fitted, ProbabilisticClassificationModel):
    """A network that says of rows which class they are."""

    @property
    def numClasses(self):
        """How many classes there are."""
        return self._call_java("numClasses")

    @property
    def classNames(self):
        """Names of the classes, in the order of their numbers."""
        return list(self._call_java("classNames"))

    def predictRaw(self, value):
        """Natural logarithms of the probabilities of one vector's classes."""
        return self._call_java("predictRaw", value)

    def predictProbability(self, value):
        """Probabilities of one vector's classes."""
        return self._call_java("predictProbability", value)


class KudariRegressionModel(_Fitted, RegressionModel):
    """A network that says a number of rows, or some numbers."""

    @property
    def numTargets(self):
        """How many numbers are predicted of a row."""
        return self._call_java("numTargets")

    def predictTargets(self, value):
        """The predictions of one vector, in the order of the targets."""
        return self._call_java("predictTargets", value)


class KudariClassifier(
    ProbabilisticClassifier, JavaEstimator, _TrainingParams, _Readable, JavaMLWritable
):
    """Trains a network that says of rows which class they are."""

    # from Java: arguments of KudariClassifier
    @keyword_only
    def __init__(
        self,
        *,
        activation="relu",
        batchNorm=False,
        batchSize=128,
        config="",
        dataMemory="",
        dropout=0.0,
        earlyStoppingMetric="loss",
        earlyStoppingPatience=0,
        epochs=10,
        featuresCol="features",
        featuresCols=[],
        handleInvalid="error",
        hiddenLayers=[64],
        inferBatchSize=256,
        initialModelPath="",
        initializer="he-normal",
        inputShape=[],
        labelCol="label",
        learningRate=None,
        normalization=None,
        optimizer="adam",
        predictionCol="prediction",
        probabilityCol="probability",
        ranks=0,
        rawPredictionCol="rawPrediction",
        resume=False,
        runPath="",
        seed=1,
        strategy="all-reduce",
        threads=0,
        thresholds=None,
        validationFraction=0.1,
        validationIndicatorCol="",
        weightCol="",
        weightDecay=None,
        workers=4,
    ):
        """Of params by name; see explainParams."""
        super().__init__()
        self._java_obj = _Reader._load_java_obj(type(self))(self.uid)
        self._set(**self._input_kwargs)

    @keyword_only
    def setParams(
        self,
        *,
        activation="relu",
        batchNorm=False,
        batchSize=128,
        config="",
        dataMemory="",
        dropout=0.0,
        earlyStoppingMetric="loss",
        earlyStoppingPatience=0,
        epochs=10,
        featuresCol="features",
        featuresCols=[],
        handleInvalid="error",
        hiddenLayers=[64],
        inferBatchSize=256,
        initialModelPath="",
        initializer="he-normal",
        inputShape=[],
        labelCol="label",
        learningRate=None,
        normalization=None,
        optimizer="adam",
        predictionCol="prediction",
        probabilityCol="probability",
        ranks=0,
        rawPredictionCol="rawPrediction",
        resume=False,
        runPath="",
        seed=1,
        strategy="all-reduce",
        threads=0,
        thresholds=None,
        validationFraction=0.1,
        validationIndicatorCol="",
        weightCol="",
        weightDecay=None,
        workers=4,
    ):
        """Sets params by name."""
        return self._set(**self._input_kwargs)
    # end

    def _create_model(self, java_model):
        return KudariClassificationModel(java_model)


class _TargetParams(Params):
    """Params of what a regression predicts."""

    # from Java: params of TargetParams
    labelCols = Param(
        Params._dummy(),
        "labelCols",
        "columns of numbers that are predicted together; when set, labelCol is not read, and"
        " predictions of more than one are vectors",
        typeConverter=TypeConverters.toListString,
    )

    def __init__(self):
        super().__init__()
        self._setDefault(
            labelCols=[],
        )

    def getLabelCols(self):
        """The value of labelCols, or its default."""
        return self.getOrDefault(self.labelCols)

    def setLabelCols(self, value):
        """Sets labelCols:
        columns of numbers that are predicted together; when set, labelCol is not read, and
        predictions of more than one are vectors."""
        return self._set(labelCols=value)
    # end


class KudariRegressor(
    Regressor, JavaEstimator, _TrainingParams, _TargetParams, _Readable, JavaMLWritable
):
    """Trains a network that says a number of rows, or some numbers."""

    # from Java: arguments of KudariRegressor
    @keyword_only
    def __init__(
        self,
        *,
        activation="relu",
        batchNorm=False,
        batchSize=128,
        config="",
        dataMemory="",
        dropout=0.0,
        earlyStoppingMetric="loss",
        earlyStoppingPatience=0,
        epochs=10,
        featuresCol="features",
        featuresCols=[],
        handleInvalid="error",
        hiddenLayers=[64],
        inferBatchSize=256,
        initialModelPath="",
        initializer="he-normal",
        inputShape=[],
        labelCol="label",
        labelCols=[],
        learningRate=None,
        normalization=None,
        optimizer="adam",
        predictionCol="prediction",
        ranks=0,
        resume=False,
        runPath="",
        seed=1,
        strategy="all-reduce",
        threads=0,
        validationFraction=0.1,
        validationIndicatorCol="",
        weightCol="",
        weightDecay=None,
        workers=4,
    ):
        """Of params by name; see explainParams."""
        super().__init__()
        self._java_obj = _Reader._load_java_obj(type(self))(self.uid)
        self._set(**self._input_kwargs)

    @keyword_only
    def setParams(
        self,
        *,
        activation="relu",
        batchNorm=False,
        batchSize=128,
        config="",
        dataMemory="",
        dropout=0.0,
        earlyStoppingMetric="loss",
        earlyStoppingPatience=0,
        epochs=10,
        featuresCol="features",
        featuresCols=[],
        handleInvalid="error",
        hiddenLayers=[64],
        inferBatchSize=256,
        initialModelPath="",
        initializer="he-normal",
        inputShape=[],
        labelCol="label",
        labelCols=[],
        learningRate=None,
        normalization=None,
        optimizer="adam",
        predictionCol="prediction",
        ranks=0,
        resume=False,
        runPath="",
        seed=1,
        strategy="all-reduce",
        threads=0,
        validationFraction=0.1,
        validationIndicatorCol="",
        weightCol="",
        weightDecay=None,
        workers=4,
    ):
        """Sets params by name."""
        return self._set(**self._input_kwargs)
    # end

    def _create_model(self, java_model):
        return KudariRegressionModel(java_model)


# For a stage of a pipeline PySpark imports the module that is named as the Java class's package.
io.kudari = types.ModuleType("io.kudari")
io.kudari.ml = sys.modules[__name__]
sys.modules["io.kudari"] = io.kudari
sys.modules["io.kudari.ml"] = io.kudari.ml
