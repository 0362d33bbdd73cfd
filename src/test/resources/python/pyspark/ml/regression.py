from abc import ABCMeta

from pyspark.ml.base import PredictionModel, Predictor, _PredictorParams


class Regressor(Predictor, _PredictorParams, metaclass=ABCMeta):
    pass


class RegressionModel(PredictionModel, _PredictorParams, metaclass=ABCMeta):
    pass
