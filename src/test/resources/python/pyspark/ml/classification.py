from abc import ABCMeta, abstractmethod

from pyspark.ml.base import PredictionModel, Predictor, _PredictorParams
from pyspark.ml.param.shared import HasProbabilityCol, HasRawPredictionCol, HasThresholds


class _ClassifierParams(HasRawPredictionCol, _PredictorParams):
    pass


class _ProbabilisticClassifierParams(HasProbabilityCol, HasThresholds, _ClassifierParams):
    pass


class Classifier(Predictor, _ClassifierParams, metaclass=ABCMeta):
    def setRawPredictionCol(self, value):
        return self._set(rawPredictionCol=value)


class ClassificationModel(PredictionModel, _ClassifierParams, metaclass=ABCMeta):
    def setRawPredictionCol(self, value):
        return self._set(rawPredictionCol=value)

    @property
    @abstractmethod
    def numClasses(self):
        pass

    @abstractmethod
    def predictRaw(self, value):
        pass


class ProbabilisticClassifier(Classifier, _ProbabilisticClassifierParams, metaclass=ABCMeta):
    def setProbabilityCol(self, value):
        return self._set(probabilityCol=value)

    def setThresholds(self, value):
        return self._set(thresholds=value)


class ProbabilisticClassificationModel(
    ClassificationModel, _ProbabilisticClassifierParams, metaclass=ABCMeta
):
    def setProbabilityCol(self, value):
        return self._set(probabilityCol=value)

    def setThresholds(self, value):
        return self._set(thresholds=value)

    @abstractmethod
    def predictProbability(self, value):
        pass
