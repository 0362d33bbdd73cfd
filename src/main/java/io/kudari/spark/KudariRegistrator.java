package io.kudari.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.kudari.collective.TreeSum;
import io.kudari.data.FeatureStatistics;
import io.kudari.math.ExactSum;
import io.kudari.model.Evaluation;
import io.kudari.model.Loss;
import io.kudari.optim.noise.ShardNorms;
import io.kudari.spark.cluster.Parcel;
import io.kudari.spark.recovery.RankOutcome;
import io.kudari.spark.recovery.RankTask;
import io.kudari.spark.recovery.RunSpec;
import io.kudari.train.GradientSum;
import io.kudari.train.worker.WorkerRange;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * Names every class that travels between driver and executors: with {@code
 * spark.kryo.registrationRequired=true} anything else is an error rather than a slow surprise.
 */
public final class KudariRegistrator implements KryoRegistrator {

  @Override
  public void registerClasses(Kryo kryo) {
    record(kryo, TreeSum.Node.class);
    record(kryo, GradientSum.class);
    record(kryo, ShardNorms.class);
    record(kryo, WorkerRange.Part.class);
    record(kryo, WorkerRange.Local.class);
    record(kryo, LocalRounds.Answer.class);
    kryo.register(LocalRounds.Question.class, new JavaSerializer());
    record(kryo, DriverResiduals.Question.class);
    record(kryo, DriverResiduals.Answer.class);
    for (Class<?> type : List.of(float[].class, float[][].class, float[][][].class))
      kryo.register(type);
    record(kryo, FeatureStatistics.class);
    kryo.register(RunSpec.class, new JavaSerializer());
    kryo.register(RankTask.class, new JavaSerializer());
    kryo.register(DriverWorkers.Tasks.class, new JavaSerializer());
    kryo.register(RankOutcome.class, new JavaSerializer());
    kryo.register(RankOutcome[].class);
    record(kryo, DriverWorkers.Found.class);
    kryo.register(long[][].class);
    for (Class<?> type : List.of(Evaluation.class, Loss.class, ArrayList.class, Object[].class))
      kryo.register(type);
    kryo.register(Parcel.class);
    kryo.register(Parcel[].class);
    kryo.register(byte[][].class);
    kryo.register(ExactSum.class);
    kryo.register(ExactSum[].class);
  }

  private static <T extends Record> void record(Kryo kryo, Class<T> type) {
    kryo.register(type, new RecordSerializer<>(type));
  }
}
