from pyspark.ml.param import Param, Params, TypeConverters


def _has(name, converter, **default):
    """A class HasName with the param, its default and its getter."""
    capital = name[0].upper() + name[1:]

    def __init__(self):
        super(made, self).__init__()
        self._setDefault(**default)

    def get(self):
        return self.getOrDefault(getattr(self, name))

    made = type(
        "Has" + capital,
        (Params,),
        {
            name: Param("undefined", name, f"{name} of PySpark", typeConverter=converter),
            "__init__": __init__,
            "get" + capital: get,
        },
    )
    return made


_text = TypeConverters.toString
HasFeaturesCol = _has("featuresCol", _text, featuresCol="features")
HasLabelCol = _has("labelCol", _text, labelCol="label")
HasPredictionCol = _has("predictionCol", _text, predictionCol="prediction")
HasProbabilityCol = _has("probabilityCol", _text, probabilityCol="probability")
HasRawPredictionCol = _has("rawPredictionCol", _text, rawPredictionCol="rawPrediction")
HasSeed = _has("seed", TypeConverters.toInt, seed=-77)
HasThresholds = _has("thresholds", TypeConverters.toListFloat)
HasValidationIndicatorCol = _has("validationIndicatorCol", _text)
HasWeightCol = _has("weightCol", _text)
