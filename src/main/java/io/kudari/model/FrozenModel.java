package io.kudari.model;

import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A model of which some segments keep their values: an update leaves them alone, and norms and
 * averages do not see them. All other arithmetic is as without: gradients are of all parameters,
 * and blocks and slices the same.
 *
 * @param model whose gradients are computed
 * @param layout the model's, with roles that say what is frozen
 */
public record FrozenModel(ModelSpec model, Layout layout) implements ModelSpec {

  /**
   * Freezes segments.
   *
   * @param patterns of whole names, in which {@code *} stands for any text
   * @return the model itself where there are no patterns
   * @throws IllegalArgumentException when a pattern fits no segment, or nothing is left to train;
   *     one line
   */
  public static ModelSpec of(ModelSpec model, List<String> patterns) {
    if (patterns.isEmpty()) return model;
    List<Segment> segments = model.layout().segments();
    List<Pattern> compiled = patterns.stream().map(FrozenModel::compile).toList();
    for (int p = 0; p < patterns.size(); p++) {
      Pattern pattern = compiled.get(p);
      if (segments.stream().anyMatch(s -> pattern.matcher(s.name()).matches())) continue;
      throw new IllegalArgumentException(
          patterns.get(p)
              + " fits no segment of the model (known: "
              + segments.stream().map(Segment::name).collect(Collectors.joining(", "))
              + ")");
    }
    Layout frozen = new Layout(segments.stream().map(s -> frozen(s, compiled)).toList());
    if (frozen.segments().stream().noneMatch(s -> s.role().isLearned()))
      throw new IllegalArgumentException(
          String.join(", ", patterns) + " leaves no parameter to train");
    return new FrozenModel(model, frozen);
  }

  private static Pattern compile(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (String literal : pattern.split("\\*", -1))
      regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
    return Pattern.compile(regex.toString());
  }

  private static Segment frozen(Segment s, List<Pattern> patterns) {
    if (patterns.stream().noneMatch(p -> p.matcher(s.name()).matches())) return s;
    Role role = s.role() == Role.STATISTIC ? Role.FROZEN_STATISTIC : Role.FROZEN;
    return new Segment(s.name(), s.offset(), s.shape(), role);
  }

  @Override
  public Shape input() {
    return model.input();
  }

  @Override
  public int outputs() {
    return model.outputs();
  }

  @Override
  public Optional<NetworkSpec> stack() {
    return model.stack();
  }

  @Override
  public Activations activations() {
    return model.activations();
  }

  @Override
  public Outside outside() {
    return model.outside();
  }

  @Override
  public Loss loss() {
    return model.loss();
  }

  @Override
  public float[] initial(long seed) {
    return model.initial(seed);
  }

  @Override
  public Libraries libraries() {
    return model.libraries();
  }

  @Override
  public GradientFunction open() {
    return model.open();
  }
}
