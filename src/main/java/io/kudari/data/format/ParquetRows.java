package io.kudari.data.format;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;

import io.kudari.data.CellText;
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

/** Rows of one Parquet file, cut to the columns in use. Not thread-safe. */
final class ParquetRows implements TypedRows {

  private final InputPath file;
  private final MessageType schema;
  private final ParquetGroups.Range range;
  private final List<TypedRows.Column> columns;
  private long row;
  private Group values;

  /**
   * Of the columns {@code used}, as far as the file has them; where it lacks one, of all, to be
   * told.
   */
  ParquetRows(InputPath file, MessageType whole, List<String> used, ParquetGroups.Range range) {
    this.file = file;
    this.range = range;
    this.row = range.firstRow() - 1;
    boolean all = used.stream().allMatch(whole::containsField);
    this.schema =
        all
            ? new MessageType(
                whole.getName(),
                whole.getFields().stream().filter(f -> used.contains(f.getName())).toList())
            : whole;
    this.columns = columns(schema);
  }

  /** The columns of a file. */
  static List<TypedRows.Column> columns(MessageType schema) {
    return schema.getFields().stream()
        .map(field -> new TypedRows.Column(field.getName(), kindOf(field), described(field)))
        .toList();
  }

  private static TypedRows.Kind kindOf(Type type) {
    if (ParquetVectors.isVector(type)) return TypedRows.Kind.VECTOR;
    if (isText(type)) return TypedRows.Kind.TEXT;
    if (isImage(type)) return TypedRows.Kind.IMAGE;
    if (isOf(type, BINARY)) return TypedRows.Kind.BYTES;
    if (!isNumber(type)) return TypedRows.Kind.OTHER;
    boolean flag = type.asPrimitiveType().getPrimitiveTypeName() == BOOLEAN;
    return flag ? TypedRows.Kind.BOOLEAN : TypedRows.Kind.NUMBER;
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

  @Override
  public List<TypedRows.Column> columns() {
    return columns;
  }

  @Override
  public boolean isNull(int column) {
    return values.getFieldRepetitionCount(column) == 0;
  }

  @Override
  public double number(int column) {
    PrimitiveType type = schema.getType(column).asPrimitiveType();
    return switch (type.getPrimitiveTypeName()) {
      case INT32 -> values.getInteger(column, 0);
      case INT64 -> values.getLong(column, 0);
      case FLOAT -> values.getFloat(column, 0);
      case DOUBLE -> values.getDouble(column, 0);
      case BOOLEAN -> values.getBoolean(column, 0) ? 1 : 0;
      default -> throw new IllegalStateException(type.toString());
    };
  }

  @Override
  public boolean isFloat(int column) {
    return isOf(schema.getType(column), FLOAT);
  }

  @Override
  public boolean flag(int column) {
    return values.getBoolean(column, 0);
  }

  @Override
  public String text(int column) {
    Type type = schema.getType(column);
    return switch (type.asPrimitiveType().getPrimitiveTypeName()) {
      case INT32, INT64, BOOLEAN -> values.getValueToString(column, 0);
      case FLOAT -> CellText.ofFloat(values.getFloat(column, 0));
      case DOUBLE -> CellText.of(values.getDouble(column, 0));
      default -> values.getString(column, 0);
    };
  }

  @Override
  public double[] vector(int column, boolean gaps) {
    String name = columns.get(column).name();
    if (isNull(column)) {
      if (gaps) return null;
      throw rowError("column " + name + ": found null, a feature must have a value");
    }
    try {
      return ParquetVectors.dense(values.getGroup(column, 0), gaps);
    } catch (IllegalArgumentException e) {
      throw rowError("column " + name + ": " + e.getMessage());
    }
  }

  @Override
  public byte[] bytes(int column) {
    return values.getBinary(column, 0).getBytes();
  }

  @Override
  public StructImage image(int column) {
    Group image = values.getGroup(column, 0);
    for (int field :
        new int[] {StructImage.HEIGHT, StructImage.WIDTH, StructImage.CHANNELS, StructImage.DATA})
      if (image.getFieldRepetitionCount(field) != 1)
        throw new IllegalArgumentException("an image without size or pixels");
    return new StructImage(
        image.getInteger(StructImage.HEIGHT, 0),
        image.getInteger(StructImage.WIDTH, 0),
        image.getInteger(StructImage.CHANNELS, 0),
        image.getBinary(StructImage.DATA, 0).getBytes());
  }

  @Override
  public DataException error(String what) {
    return file.error(what);
  }

  @Override
  public DataException rowError(String what) {
    return file.error("row " + row + ": " + what);
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

  /** Without a meaning of its own. */
  private static boolean isOf(Type type, PrimitiveType.PrimitiveTypeName name) {
    return type.isPrimitive()
        && type.asPrimitiveType().getPrimitiveTypeName() == name
        && type.getLogicalTypeAnnotation() == null
        && !type.isRepetition(Type.Repetition.REPEATED);
  }

  private static boolean isImage(Type type) {
    if (type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) return false;
    List<Type> fields = type.asGroupType().getFields();
    return fields.stream().map(Type::getName).toList().equals(StructImage.FIELDS)
        && isOf(fields.get(StructImage.HEIGHT), INT32)
        && isOf(fields.get(StructImage.WIDTH), INT32)
        && isOf(fields.get(StructImage.CHANNELS), INT32)
        && isOf(fields.get(StructImage.DATA), BINARY);
  }

  private static boolean isText(Type type) {
    return type.isPrimitive()
        && type.asPrimitiveType().getPrimitiveTypeName() == BINARY
        && type.getLogicalTypeAnnotation() instanceof StringLogicalTypeAnnotation
        && !type.isRepetition(Type.Repetition.REPEATED);
  }

  private static String described(Type type) {
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
