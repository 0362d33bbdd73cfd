package io.kudari.data.format;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;

import io.kudari.data.ClassNames;
import io.kudari.data.DataException;
import io.kudari.data.file.InputPath;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * Rows of one Parquet file, cut to the columns in use, and their values with a clear error for each
 * that is not as it must be. Not thread-safe.
 */
final class ParquetRows {

  private final InputPath file;
  private final MessageType schema;
  private final ParquetGroups.Range range;
  private long row;
  private Group values;

  /** Checks that the file has the columns {@code used}. */
  ParquetRows(InputPath file, MessageType whole, List<String> used, ParquetGroups.Range range) {
    this.file = file;
    this.range = range;
    this.row = range.firstRow() - 1;
    for (String name : used) {
      if (!whole.containsField(name)) {
        String known = String.join(", ", whole.getFields().stream().map(Type::getName).toList());
        throw file.error("no column " + name + ", " + TextRows.shown(known));
      }
    }
    List<Type> kept = whole.getFields().stream().filter(f -> used.contains(f.getName())).toList();
    this.schema = new MessageType(whole.getName(), kept);
  }

  /** Checks that columns are numbers, or one is of vectors. */
  void requireFeatures(List<String> names) {
    if (names.isEmpty()) throw file.error("no column is left for features");
    if (names.size() == 1 && ParquetVectors.isVector(type(names.get(0)))) return;
    for (String name : names) {
      if (!isNumber(type(name))) {
        throw file.error(
            String.format(
                "column %s is %s, features are numbers, or one column of Spark ML vectors",
                name, kind(type(name))));
      }
    }
  }

  /** Prepares {@link #next}, which opens the file. */
  ParquetReader<Group> open() {
    try {
      return new Opening(file, schema)
          .withCodecFactory(new ParquetPages(file.files().getConf()))
          .usePageChecksumVerification()
          .withFileRange(range.from(), range.to())
          .build();
    } catch (IOException e) {
      throw file.error("cannot be read as Parquet", e);
    }
  }

  /** The library's own reader of a file that is not looked up again. */
  private static final class Opening extends ParquetReader.Builder<Group> {

    private final MessageType columns;

    Opening(InputPath file, MessageType columns) {
      super(new ParquetInput(file));
      this.columns = columns;
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new Cut(columns);
    }
  }

  /** Goes to the next row, if there is one. */
  boolean next(ParquetReader<Group> reader) {
    row++;
    try {
      values = reader.read();
    } catch (IOException | RuntimeException e) {
      throw file.error("row " + row + " cannot be read as Parquet", e);
    }
    return values != null;
  }

  /** The features of this row. */
  double[] features(List<String> names) {
    if (names.size() > 1 || isNumber(type(names.get(0)))) return numbers(names, "a feature");
    String name = names.get(0);
    requireValue(name, "a feature");
    try {
      return ParquetVectors.dense(values.getGroup(name, 0));
    } catch (IllegalArgumentException e) {
      throw error("column " + name + ": " + e.getMessage());
    }
  }

  /** The targets of this row. */
  double[] targets(List<String> names) {
    for (String name : names) {
      if (!isNumber(type(name))) {
        throw file.error("column " + name + " is " + kind(type(name)) + ", targets are numbers");
      }
    }
    return numbers(names, "a target");
  }

  /** The weight of this row. */
  double weight(String name) {
    if (!isNumber(type(name)))
      throw file.error("column " + name + " is " + kind(type(name)) + ", weights are numbers");
    requireValue(name, "a weight");
    double weight = number(name);
    if (WeightColumn.isWeight(weight)) return weight;
    throw error("column " + name + ": found " + weight + ", " + WeightColumn.RULE);
  }

  /** The class of this row. */
  int label(String name, ClassNames classes) {
    boolean text = isText(type(name));
    if (!text && !isNumber(type(name))) {
      throw file.error(
          "column " + name + " is " + kind(type(name)) + ", labels are numbers or text");
    }
    requireValue(name, "a label");
    String found = text ? values.getString(name, 0) : String.valueOf(number(name));
    try {
      return classes.number(text ? found : ClassNames.ofNumber(number(name)));
    } catch (IllegalArgumentException e) {
      throw error("column " + name + ": " + TextRows.shown(found) + ", " + e.getMessage());
    }
  }

  /** An error in this row. */
  DataException error(String what) {
    return file.error("row " + row + ": " + what);
  }

  private double[] numbers(List<String> names, String what) {
    double[] numbers = new double[names.size()];
    for (int i = 0; i < numbers.length; i++) {
      String name = names.get(i);
      requireValue(name, what);
      numbers[i] = number(name);
      if (!Float.isFinite((float) numbers[i])) {
        throw error("column " + name + ": found " + numbers[i] + ", " + what + " must be finite");
      }
    }
    return numbers;
  }

  private double number(String name) {
    PrimitiveType type = type(name).asPrimitiveType();
    return switch (type.getPrimitiveTypeName()) {
      case INT32 -> values.getInteger(name, 0);
      case INT64 -> values.getLong(name, 0);
      case FLOAT -> values.getFloat(name, 0);
      case DOUBLE -> values.getDouble(name, 0);
      case BOOLEAN -> values.getBoolean(name, 0) ? 1 : 0;
      default -> throw new IllegalStateException(type.toString());
    };
  }

  private void requireValue(String name, String what) {
    if (values.getFieldRepetitionCount(name) == 0) {
      throw error("column " + name + ": found null, " + what + " must have a value");
    }
  }

  private Type type(String name) {
    return schema.getType(name);
  }

  private static boolean isNumber(Type type) {
    if (!type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) return false;
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    boolean plain =
        logical == null || (logical instanceof IntLogicalTypeAnnotation i && i.isSigned());
    return switch (type.asPrimitiveType().getPrimitiveTypeName()) {
      case INT32, INT64, FLOAT, DOUBLE, BOOLEAN -> plain;
      default -> false;
    };
  }

  private static boolean isText(Type type) {
    return type.isPrimitive()
        && type.asPrimitiveType().getPrimitiveTypeName() == BINARY
        && type.getLogicalTypeAnnotation() instanceof StringLogicalTypeAnnotation
        && !type.isRepetition(Type.Repetition.REPEATED);
  }

  private static String kind(Type type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    String base =
        type.isPrimitive() ? type.asPrimitiveType().getPrimitiveTypeName().name() : "a group";
    return logical == null ? base : base + " (" + logical + ")";
  }

  /** Asks Parquet for some of a file's columns, as groups. */
  private static final class Cut extends ReadSupport<Group> {

    private final MessageType columns;

    Cut(MessageType columns) {
      this.columns = columns;
    }

    @Override
    public ReadContext init(InitContext context) {
      return new ReadContext(columns);
    }

    @Override
    public RecordMaterializer<Group> prepareForRead(
        Configuration hadoop,
        Map<String, String> metadata,
        MessageType whole,
        ReadContext context) {
      return new GroupRecordConverter(context.getRequestedSchema());
    }
  }
}
