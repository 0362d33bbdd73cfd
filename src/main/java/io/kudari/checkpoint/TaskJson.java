package io.kudari.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kudari.data.Encoding;
import io.kudari.data.Schema;
import io.kudari.data.Task;
import io.kudari.data.file.JsonFile;
import io.kudari.model.Loss;
import io.kudari.model.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * {@code task.json} of a {@link ModelFolder}.
 *
 * @param version of Kudari
 * @param input channels, height and width
 * @param outputs classes, or targets
 * @param loss that was minimised, by its name
 * @param classes their names, or none
 * @param features names of the columns that they were read from, or none
 * @param labels as the features
 * @param workers that trained it
 * @param weight name of the column of weights, or empty, and then not written
 * @param encoding of a table's columns; null, and then not written, where there is none
 */
record TaskJson(
    String version,
    List<Integer> input,
    int outputs,
    String loss,
    List<String> classes,
    Task task,
    List<String> features,
    List<String> labels,
    int workers,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String weight,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonSetter(nulls = Nulls.SET)
        EncodingJson encoding) {

  private static final List<String> LOSSES = Arrays.stream(Loss.values()).map(Loss::id).toList();

  /** What a file says may be anything. */
  TaskJson {
    if (input.size() != 3)
      throw new IllegalArgumentException("input must be channels, height and width, not " + input);
    if (outputs < 1)
      throw new IllegalArgumentException("outputs must be at least 1, not " + outputs);
    if (!LOSSES.contains(loss))
      throw new IllegalArgumentException("loss must be one of " + LOSSES + ", not " + loss);
  }

  static TaskJson of(SavedModel model) {
    Schema schema = model.schema();
    Shape input = model.input();
    return new TaskJson(
        model.version(),
        List.of(input.channels(), input.height(), input.width()),
        model.outputs(),
        model.loss().id(),
        model.classNames(),
        schema.classes() > 0 ? Task.CLASSIFICATION : Task.REGRESSION,
        schema.features(),
        schema.labels(),
        model.workers(),
        schema.weight(),
        EncodingJson.of(schema.encoding()));
  }

  static TaskJson read(String place, byte[] bytes) {
    ObjectNode json = JsonFile.object(place, bytes);
    complete(json);
    return JsonFile.read(place, json, TaskJson.class);
  }

  /** Earlier versions wrote no names of columns, and the task only by its signs. */
  private static void complete(ObjectNode json) {
    boolean classes =
        !json.path("classes").isEmpty()
            || json.path("loss").asText().equals(Loss.CROSS_ENTROPY.id());
    if (!json.has("task"))
      json.put("task", (classes ? Task.CLASSIFICATION : Task.REGRESSION).name());
    if (!json.has("features")) json.putArray("features");
    if (!json.has("labels")) json.putArray("labels");
    if (!json.has("workers")) json.put("workers", 1);
    if (!json.has("weight")) json.put("weight", "");
    if (!json.has("encoding")) json.putNull("encoding");
  }

  Loss minimised() {
    return Loss.values()[LOSSES.indexOf(loss)];
  }

  /**
   * What new data must be like.
   *
   * @throws IllegalArgumentException when it does not fit together
   */
  Schema schema() {
    boolean classification = task == Task.CLASSIFICATION;
    return new Schema(
        new Shape(input.get(0), input.get(1), input.get(2)),
        classification ? outputs : 0,
        classification ? 0 : outputs,
        classes,
        features,
        labels,
        weight,
        encoding == null ? Encoding.NONE : encoding.encoding());
  }
}
