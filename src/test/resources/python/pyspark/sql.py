from pyspark import SparkContext


class SparkSession:
    """The one that there is in the JVM."""

    def __init__(self):
        self._jsparkSession = SparkContext._jvm.org.apache.spark.sql.SparkSession.active()

    class builder:
        @staticmethod
        def getOrCreate():
            return SparkSession()


class DataFrame:
    def __init__(self, jdf, session):
        self._jdf, self.sparkSession = jdf, session

    def collect(self):
        return self._jdf.collectAsList()
