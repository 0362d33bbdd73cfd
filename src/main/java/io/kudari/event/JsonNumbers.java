package io.kudari.event;

import static com.fasterxml.jackson.core.JsonToken.END_ARRAY;
import static com.fasterxml.jackson.core.JsonToken.VALUE_NULL;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.util.stream.DoubleStream;

/**
 * Numbers as JSON, which knows neither NaN nor infinity: what is not finite is written as null, and
 * null is read as NaN. Thread-safe.
 */
public final class JsonNumbers {

  private JsonNumbers() {}

  /** For {@code double} and {@code double[]}, and to write a {@code Double}. */
  public static Module module() {
    return new SimpleModule()
        .addSerializer(double.class, new NumberOrNull())
        .addSerializer(Double.class, new NumberOrNull())
        .addSerializer(double[].class, new NumbersOrNulls())
        .addDeserializer(double.class, new NumberOrNaN())
        .addDeserializer(double[].class, new NumbersOrNaN());
  }

  private static final class NumberOrNull extends StdScalarSerializer<Double> {

    private static final long serialVersionUID = 1;

    NumberOrNull() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      write(value, to);
    }

    static void write(double value, JsonGenerator to) throws IOException {
      if (Double.isFinite(value)) to.writeNumber(value);
      else to.writeNull();
    }
  }

  private static final class NumbersOrNulls extends StdSerializer<double[]> {

    private static final long serialVersionUID = 1;

    NumbersOrNulls() {
      super(double[].class);
    }

    @Override
    public void serialize(double[] values, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      to.writeStartArray();
      for (double value : values) NumberOrNull.write(value, to);
      to.writeEndArray();
    }
  }

  private static final class NumberOrNaN extends StdScalarDeserializer<Double> {

    private static final long serialVersionUID = 1;

    NumberOrNaN() {
      super(Double.class);
    }

    @Override
    public Double deserialize(JsonParser from, DeserializationContext context) throws IOException {
      JsonToken token = from.currentToken();
      if (token.isNumeric()) return from.getDoubleValue();
      return (Double) context.handleUnexpectedToken(Double.class, from);
    }

    @Override
    public Double getNullValue(DeserializationContext context) {
      return Double.NaN;
    }
  }

  private static final class NumbersOrNaN extends StdDeserializer<double[]> {

    private static final long serialVersionUID = 1;

    NumbersOrNaN() {
      super(double[].class);
    }

    @Override
    public double[] deserialize(JsonParser from, DeserializationContext context)
        throws IOException {
      DoubleStream.Builder values = DoubleStream.builder();
      if (!from.isExpectedStartArrayToken())
        return (double[]) context.handleUnexpectedToken(double[].class, from);
      for (JsonToken token = from.nextToken(); token != END_ARRAY; token = from.nextToken()) {
        if (token == VALUE_NULL) values.add(Double.NaN);
        else if (token.isNumeric()) values.add(from.getDoubleValue());
        else return (double[]) context.handleUnexpectedToken(double[].class, from);
      }
      return values.build().toArray();
    }
  }
}
