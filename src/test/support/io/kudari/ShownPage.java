package io.kudari;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/**
 * What can be known of a page without a browser.
 *
 * @param style its style sheet, whose texts are of nine pixels at least
 */
public record ShownPage(Document parsed, String style) {

  /** No text is drawn with fewer pixels. */
  private static final double LEAST = 9;

  /** Of a page that is well-formed. */
  public static ShownPage of(String page) throws Exception {
    Document parsed =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(page.replace("<!DOCTYPE html>", ""))));
    String style = parsed.getElementsByTagName("style").item(0).getTextContent();
    Matcher sizes = Pattern.compile("font(?:-size)?:[^;}]*?([0-9.]+)px").matcher(style);
    int seen = 0;
    for (; sizes.find(); seen++)
      assertTrue(Double.parseDouble(sizes.group(1)) >= LEAST, sizes.group());
    assertTrue(seen > 5, style);
    return new ShownPage(parsed, style);
  }

  /** A number that its style sheet has. */
  public double number(String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(style);
    assertTrue(found.find(), pattern);
    return Double.parseDouble(found.group(1));
  }

  /** Its drawings. */
  public NodeList drawings() {
    return parsed.getElementsByTagName("svg");
  }

  /** A drawing's text shrinks with it: it can be read where it is shown so many pixels wide. */
  public void checkText(Element drawing, double pixels) {
    double width = Double.parseDouble(drawing.getAttribute("viewBox").split(" ")[2]);
    double shown = number("svg text \\{[^}]*font-size: ([0-9.]+)px") * pixels / width;
    assertTrue(shown >= LEAST, shown + " px in " + drawing.getAttribute("aria-label"));
  }
}
