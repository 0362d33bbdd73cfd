package io.kudari.data.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.data.DataException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFileTest {

  private enum Colour {
    RED,
    DARK_BLUE
  }

  private record Inner(int n, List<Integer> sizes) {

    Inner {
      if (n < 0) throw new IllegalArgumentException("n must be at least 0, not " + n);
    }
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Outer(
      String text,
      long wide,
      boolean flag,
      double[] numbers,
      Colour colour,
      List<Inner> list,
      SortedMap<String, Inner> map) {}

  private static final String GOOD =
      "{'text':'t','wide':9007199254740993,'flag':true,'numbers':[1,2.5],'colour':'DARK_BLUE',"
          + "'list':[{'n':1,'sizes':[]}],'map':{'k':{'n':2,'sizes':[3]}}}";

  private static Outer read(String json) {
    return JsonFile.read("f.json", json.replace('\'', '"').getBytes(UTF_8), Outer.class);
  }

  @Test
  void aRecordIsReadAsItWasWritten() throws IOException {
    Outer outer = read(GOOD);
    assertEquals(9007199254740993L, outer.wide);
    assertArrayEquals(new double[] {1, 2.5}, outer.numbers);
    assertEquals(Map.of("k", new Inner(2, List.of(3))), outer.map);
    byte[] bytes = JsonFile.bytes(outer);
    assertArrayEquals(bytes, JsonFile.bytes(JsonFile.read("f", bytes, Outer.class)));
  }

  @Test
  void keysAreWrittenInTheOrderOfTheComponentsAndDoublesToTheLastBit() throws IOException {
    SortedMap<String, Inner> map = new TreeMap<>(Map.of("k", new Inner(0, List.of())));
    double[] numbers = {0.1f, Double.MIN_VALUE, -0.0};
    Outer outer = new Outer("ü\"", -1, false, numbers, Colour.RED, List.of(), map);
    String expected =
        """
        {
          "text" : "ü\\"",
          "wide" : -1,
          "flag" : false,
          "numbers" : [ 0.10000000149011612, 4.9E-324, -0.0 ],
          "colour" : "RED",
          "list" : [ ],
          "map" : {
            "k" : {
              "n" : 0,
              "sizes" : [ ]
            }
          }
        }
        """;
    assertEquals(expected, new String(JsonFile.bytes(outer), UTF_8));
  }

  @Test
  void unknownKeysArePassedOver() {
    assertEquals("t", read(GOOD.replace("{'text'", "{'more':[{}],'text'")).text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          'text':'t',         | 'x':1,              | f.json: key text is missing
          'text':'t'          | 'text':null         | f.json: text must be a string, not null
          'text':'t'          | 'text':1            | f.json: text must be a string, not 1
          'text':'t'          | 'text':true         | f.json: text must be a string, not true
          'text':'t'          | 'text':['t']        | f.json: text must be a string, not ["t"]
          9007199254740993    | 1.0                 | f.json: wide must be an integer below 2^63, not 1.0
          9007199254740993    | 9223372036854775808 | f.json: wide must be an integer below 2^63, not 9223372036854775808
          9007199254740993    | '7'                 | f.json: wide must be an integer below 2^63, not "7"
          9007199254740993    | null                | f.json: wide must be an integer below 2^63, not null
          'flag':true         | 'flag':1            | f.json: flag must be true or false, not 1
          'flag':true         | 'flag':'true'       | f.json: flag must be true or false, not "true"
          [1,2.5]             | 1                   | f.json: numbers must be an array, not 1
          [1,2.5]             | [1,'2']             | f.json: numbers 1 must be a number, not "2"
          [1,2.5]             | [null]              | f.json: numbers 0 must be a number, not null
          'DARK_BLUE'         | 'blue'              | f.json: colour must be one of [RED, DARK_BLUE], not "blue"
          'DARK_BLUE'         | 1                   | f.json: colour must be one of [RED, DARK_BLUE], not 1
          'DARK_BLUE'         | ''                  | f.json: colour must be one of [RED, DARK_BLUE], not ""
          {'n':1,'sizes':[]}  | null                | f.json: list 0 must be an object, not null
          {'n':1,'sizes':[]}  | ''                  | f.json: list 0 must be an object, not ""
          {'n':1,'sizes':[]}  | {'n':1}             | f.json: list 0: key sizes is missing
          {'n':1,'sizes':[]}  | {'n':2147483648,'sizes':[]} | f.json: list 0: n must be an integer below 2^31, not 2147483648
          {'n':1,'sizes':[]}  | {'n':-1,'sizes':[]} | f.json: list 0: n must be at least 0, not -1
          {'n':2,'sizes':[3]} | {'n':2,'sizes':[1.5]} | f.json: map: k: sizes 0 must be an integer below 2^31, not 1.5
          {'n':2,'sizes':[3]} | {'n':2,'sizes':[null]} | f.json: map: k: sizes 0 must be an integer below 2^31, not null
          {'n':2,'sizes':[3]} | {'n':2,'sizes':''}  | f.json: map: k: sizes must be an array, not ""
          {'n':2,'sizes':[3]} | []                  | f.json: map: k must be an object, not []
          {'k':{'n':2,'sizes':[3]}} | {'k':null}    | f.json: map: k must be an object, not null
          {'k':{'n':2,'sizes':[3]}} | ''            | f.json: map must be an object, not ""
          {'text'             | {'text':'u','text'  | f.json: is not JSON at line 1, column 20
          'flag':true         | 'flag':NaN          | f.json: is not JSON at line 1, column 47
          """)
  void whatIsNotAsDeclaredIsNamedInOneLine(String part, String by, String message) {
    assertEquals(GOOD.replace(part, by).equals(GOOD), false);
    var e = assertThrows(DataException.class, () -> read(GOOD.replace(part, by)));
    assertEquals(message, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"[], object", "1, object", "'', object", "{} {}, JSON", "{, JSON"})
  void whatIsNoObjectIsRefused(String text, String word) {
    var e =
        assertThrows(
            DataException.class, () -> JsonFile.read("f.json", text.getBytes(UTF_8), Outer.class));
    assertEquals("f.json", e.getMessage().split(":")[0]);
    assertEquals(true, e.getMessage().contains(word), e.getMessage());
  }
}
