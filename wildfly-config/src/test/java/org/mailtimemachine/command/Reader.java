package org.mailtimemachine.command;

import com.microsoft.playwright.Frame;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Somebody who touches everything in a hostile message, and sees what comes of it. */
final class Reader {

  private static final Pattern RAN = Pattern.compile("^/ran:([a-z0-9-]+)/");

  /**
   * Points at each element, focuses it, sends each form, and clicks on all but links that lead to
   * the web or to mail: those open a window, as they should.
   */
  private static final String TOUCH =
      """
      () => {
        const events = ["mouseover", "mousemove", "pointerover", "pointerenter", "focus", "focusin", "dragstart",
          "copy", "wheel", "touchstart", "scroll", "input"];
        const all = Array.from(document.querySelectorAll("*")).slice(0, 300);
        for (const element of all) {
          for (const event of events) {
            element.dispatchEvent(new Event(event));
          }
        }
        for (const form of document.querySelectorAll("form")) {
          try {
            HTMLFormElement.prototype.requestSubmit.call(form);
            HTMLFormElement.prototype.submit.call(form);
          } catch (e) {
            // it has been made to look like something else
          }
        }
        for (const element of all) {
          const target = element.getAttribute("href") || "";
          if (!/^\\s*(https?|mailto):/i.test(target) || element.hasAttribute("ping")) {
            element.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true, view: window}));
          }
        }
      }
      """;

  /** What leaves its place in the flow of the page: nothing in mail may. */
  private static final String OUT_OF_PLACE =
      """
      () => Array.from(document.querySelectorAll("*"))
        .filter(element => getComputedStyle(element).position !== "static"
            || element.matches(":popover-open, dialog[open]"))
        .map(element => element.outerHTML.slice(0, 200))
      """;

  private final Page page;
  private final Set<String> ran = new TreeSet<>();
  private final List<String> wentTo = new ArrayList<>();

  Reader(Page page) {
    this.page = page;
    // what the browser itself says of a vector that it stopped is an error or a warning
    page.onConsoleMessage(
        message -> {
          Matcher script = RAN.matcher(message.text());
          if (message.type().equals("log") && script.find()) {
            ran.add(script.group(1));
          }
        });
    page.onFrameNavigated(
        frame -> {
          if (frame.parentFrame() == null) {
            wentTo.add(frame.url());
          }
        });
  }

  /** The vectors whose scripts ran. */
  Set<String> ran() {
    return ran;
  }

  /** Where the top window went, in order. */
  List<String> wentTo() {
    return wentTo;
  }

  /** Touches everything in all frames. */
  void touchAll() {
    for (Frame frame : framesInside()) {
      try {
        frame.evaluate(TOUCH);
      } catch (PlaywrightException e) {
        // gone meanwhile, or never there
      }
    }
  }

  /** What could cover anything else, in all frames. */
  List<Object> outOfPlace() {
    List<Object> found = new ArrayList<>();
    framesInside().forEach(frame -> found.addAll((List<?>) frame.evaluate(OUT_OF_PLACE)));
    return found;
  }

  /** What is seen of the page near its upper left corner: the id of the element. */
  Object seenAbove() {
    return page.evaluate("() => document.elementFromPoint(20, 20).id");
  }

  /**
   * The frames of messages. What they frame themselves may lead to a page that never comes, and
   * then there is nothing in it that an evaluation could begin with.
   */
  private List<Frame> framesInside() {
    return page.frames().stream()
        .filter(frame -> page.mainFrame().equals(frame.parentFrame()))
        .toList();
  }
}
