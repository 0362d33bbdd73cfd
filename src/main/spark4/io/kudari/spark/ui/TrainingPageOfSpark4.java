package io.kudari.spark.ui;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.apache.spark.ui.SparkUITab;
import org.apache.spark.ui.UIUtils;
import org.apache.spark.ui.WebUIPage;
import org.json4s.JValue;
import org.json4s.jackson.JsonMethods$;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.immutable.Seq;
import scala.xml.Node;
import scala.xml.NodeSeq;
import scala.xml.Unparsed;

/** {@code TrainingPage} with the types of Spark 4. */
@SuppressWarnings("ClassName")
final class TrainingPage extends WebUIPage {

  private final SparkUITab tab;
  private final Shelf shelf;
  private final boolean live;

  /**
   * Of an application.
   *
   * @param live whether it runs
   */
  TrainingPage(SparkUITab tab, Shelf shelf, boolean live) {
    super("");
    this.tab = tab;
    this.shelf = shelf;
    this.live = live;
  }

  private TrainingText asked(HttpServletRequest request) {
    return new TrainingText(shelf.all(), live, request.getParameter("id"));
  }

  @Override
  public Seq<Node> render(HttpServletRequest request) {
    String text = asked(request).html();
    // Spark writes its text, which of another sequence is that of a list and not of XML.
    return NodeSeq.fromSeq(
        UIUtils.headerSparkPage(
            request, "Training", () -> nodes(text), tab, Option.empty(), false, false));
  }

  private static Seq<Node> nodes(String text) {
    return JavaConverters.asScalaBuffer(List.<Node>of(new Unparsed(text))).toList();
  }

  @Override
  public JValue renderJson(HttpServletRequest request) {
    return JsonMethods$.MODULE$.fromJsonNode(asked(request).json());
  }
}
