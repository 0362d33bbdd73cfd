package io.kudari.ml;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.CreateNamedStruct;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.Literal$;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.objects.NewInstance;
import org.apache.spark.sql.catalyst.plans.logical.DeserializeToObject;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.MapPartitions;
import org.apache.spark.sql.catalyst.plans.logical.SerializeFromObject;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.ObjectType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Function1;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * {@link Dataset#mapPartitions} on rows as Spark has them. With an encoder of rows every column of
 * every row becomes an object and is written again; here it stays bytes, and columns that nobody
 * asks for afterwards are not written. As there, it is a part of the plan: nothing runs before the
 * result is asked for, and streams may be mapped.
 */
final class InternalRows {

  /**
   * What goes in and what comes out have two types on purpose: of equal types Spark would hand what
   * one function gives to the next as it is, also where columns in between are left out. The first
   * is what holds a row without copying it.
   */
  private static final DataType GIVEN = new ObjectType(JoinedRow.class);

  private static final DataType MADE = new ObjectType(InternalRow.class);

  private InternalRows() {}

  /**
   * What is done with the rows of a partition, each of which is there until the next one is asked
   * for, what is given as well as what is made. Travels to tasks.
   */
  interface PartitionFunction extends UnaryOperator<Iterator<InternalRow>>, Serializable {}

  /**
   * Rows of a schema with its metadata.
   *
   * @param function gives rows of that schema
   */
  static Dataset<Row> mapped(Dataset<?> rows, PartitionFunction function, StructType to) {
    LogicalPlan plan = Plans.of(rows);
    LogicalPlan given = new DeserializeToObject(whole(plan.output()), object(GIVEN), plan);
    LogicalPlan made = new MapPartitions(scala(function), object(MADE), given);
    return Plans.rows(rows, new SerializeFromObject(columns(to), made));
  }

  /** A row of these columns, with nothing beside it. */
  private static Expression whole(Seq<Attribute> columns) {
    List<Expression> cells = new ArrayList<>();
    for (Attribute column : JavaConverters.seqAsJavaList(columns)) {
      cells.add(Literal$.MODULE$.apply(column.name()));
      cells.add(column);
    }
    Expression row = new CreateNamedStruct(seq(cells));
    Expression nothing = Literal$.MODULE$.create(null, row.dataType());
    return new NewInstance(
        JoinedRow.class, seq(List.of(row, nothing)), seq(), false, GIVEN, Option.empty());
  }

  private static Attribute object(DataType type) {
    return new AttributeReference(
        "row", type, false, Metadata.empty(), NamedExpression.newExprId(), seq());
  }

  private static scala.collection.immutable.List<NamedExpression> columns(StructType to) {
    Expression row = new BoundReference(0, to, false);
    List<NamedExpression> columns = new ArrayList<>();
    for (int i = 0; i < to.size(); i++) {
      StructField field = to.apply(i);
      columns.add(
          new Alias(
              new GetStructField(row, i, Option.empty()),
              field.name(),
              NamedExpression.newExprId(),
              seq(),
              Option.apply(field.metadata()),
              seq()));
    }
    return seq(columns);
  }

  private static Function1<scala.collection.Iterator<Object>, scala.collection.Iterator<Object>>
      scala(PartitionFunction function) {
    return (Function1<scala.collection.Iterator<Object>, scala.collection.Iterator<Object>>
            & Serializable)
        rows ->
            JavaConverters.<Object>asScalaIterator(
                new Made(function.apply(new Given(JavaConverters.asJavaIterator(rows)))));
  }

  private record Given(Iterator<Object> rows) implements Iterator<InternalRow> {

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public InternalRow next() {
      return ((JoinedRow) rows.next()).getLeft();
    }
  }

  private record Made(Iterator<InternalRow> rows) implements Iterator<Object> {

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public InternalRow next() {
      return rows.next();
    }
  }

  private static <T> scala.collection.immutable.List<T> seq() {
    return seq(List.of());
  }

  private static <T> scala.collection.immutable.List<T> seq(List<T> all) {
    return JavaConverters.asScalaBuffer(all).toList();
  }
}
