package io.kudari.ml;

import org.apache.spark.ml.util.Identifiable$;

/**
 * Gives a stage its name in time. The constructors of Spark's classes make params, which ask for
 * the name of their stage, before any field of a Java class exists. So the argument of {@code
 * this(…)}, which is computed first, lays the name down here, and {@code uid()} takes it up when it
 * is called for the first time, which those constructors do.
 */
final class Uids {

  private static final ThreadLocal<String> CLAIMED = new ThreadLocal<>();

  /** A name that was laid down: the type of a private constructor's argument. */
  record Claim(String uid) {}

  private Uids() {}

  /** A new name, such as {@code kudariClassifier_0f3c…}. */
  static Claim fresh(String prefix) {
    return claim(Identifiable$.MODULE$.randomUID(prefix));
  }

  /** A name that is given, of a copy or of a stage that is loaded. */
  static Claim claim(String uid) {
    CLAIMED.set(uid);
    return new Claim(uid);
  }

  /** The name that this thread laid down last. */
  static String take() {
    String uid = CLAIMED.get();
    CLAIMED.remove();
    if (uid == null) throw new IllegalStateException("a stage was made without a name");
    return uid;
  }
}
