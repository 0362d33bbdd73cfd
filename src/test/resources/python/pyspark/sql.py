class SparkSession:
    """Its builder gives one, as where there is a session already."""

    _jsparkSession = "the session"

    class builder:
        @staticmethod
        def getOrCreate():
            return SparkSession()


class DataFrame:
    def __init__(self, jdf, session):
        self._jdf, self.sparkSession = jdf, session

    def collect(self):
        return [self._jdf]
