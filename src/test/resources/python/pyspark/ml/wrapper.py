from abc import ABCMeta, abstractmethod

from pyspark import SparkContext
from pyspark.ml.base import Estimator, M, Model, Transformer
from pyspark.ml.param import Params
from pyspark.sql import DataFrame, SparkSession
from py4j.java_gateway import JavaObject


class JavaWrapper:
    def __init__(self, java_obj=None):
        super().__init__()
        self._java_obj = java_obj

    def _call_java(self, name, *arguments):
        given = getattr(self._java_obj, name)(*arguments)
        if isinstance(given, JavaObject) and given.getClass().getSimpleName() == "Dataset":
            return DataFrame(given, SparkSession())
        return given


class JavaParams(JavaWrapper, Params, metaclass=ABCMeta):
    def _transfer_params_to_java(self):
        defaults = []
        for param in self.params:
            java = self._java_obj.getParam(param.name)
            if self.isSet(param):
                self._java_obj.set(java.w(self._paramMap[param]))
            if self.hasDefault(param):
                defaults.append(java.w(self._defaultParamMap[param]))
        sequence = SparkContext._jvm.org.apache.spark.api.python.PythonUtils.toSeq(defaults)
        self._java_obj.setDefault(sequence)

    def _transfer_params_from_java(self):
        for param in self.params:
            if self._java_obj.hasParam(param.name):
                java = self._java_obj.getParam(param.name)
                if self._java_obj.isSet(java):
                    self._set(**{param.name: self._java_obj.getOrDefault(java)})

    def _to_java(self):
        self._transfer_params_to_java()
        return self._java_obj

    @staticmethod
    def _from_java(java_stage):
        """Finds the class in the module of the Java package's name, as a pipeline's stages are."""
        parts = java_stage.getClass().getName().replace("org.apache.spark", "pyspark").split(".")
        found = __import__(".".join(parts[:-1]))
        for part in parts[1:]:
            found = getattr(found, part)
        stage = found()
        stage._java_obj = java_stage
        stage._resetUid(java_stage.uid())
        stage._transfer_params_from_java()
        return stage


class JavaEstimator(JavaParams, Estimator[M], metaclass=ABCMeta):
    @abstractmethod
    def _create_model(self, java_model):
        pass

    def _fit(self, dataset):
        self._transfer_params_to_java()
        return self._copyValues(self._create_model(self._java_obj.fit(dataset._jdf)))


class JavaTransformer(JavaParams, Transformer, metaclass=ABCMeta):
    def _transform(self, dataset):
        self._transfer_params_to_java()
        return DataFrame(self._java_obj.transform(dataset._jdf), dataset.sparkSession)


class JavaModel(JavaTransformer, Model, metaclass=ABCMeta):
    def __init__(self, java_model=None):
        super().__init__(java_model)
        if java_model is not None:
            self._resetUid(java_model.uid())
