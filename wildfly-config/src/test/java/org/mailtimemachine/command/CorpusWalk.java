package org.mailtimemachine.command;

import com.microsoft.playwright.Frame;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Opens each message of the list that a page shows, as a click does, and looks for what a reader
 * would stumble over. A finding is a word, a tab, and what it is about.
 */
final class CorpusWalk {

  /** Clicks, waits until the pane shows this message, and looks at it. */
  private static final String OPEN =
      """
      async id => {
        const end = performance.now() + 30000;
        document.querySelector(`a.message-link[data-id="${id}"]`).click();
        const shown = () => {
          const source = document.querySelector('#reader .do-source');
          return source && source.href && source.href.includes(id);
        };
        while (!shown()) {
          if (performance.now() > end) return ['not-opened'];
          await new Promise(resolve => requestAnimationFrame(resolve));
        }
        const found = [];
        const pane = document.querySelector('article.opened');
        const text = selector => Array.from(pane.querySelectorAll(selector), e => e.textContent).join(' ');
        const head = text('.subject, .details td, .attachments .name, .forwarded .about, .card');
        if (/=\\?[\\w-]+\\?[bq]\\?/i.test(head)) found.push('encoded-word\\t' + head);
        if (head.includes('\\ufffd')) found.push('replacement-in-head\\t' + head);
        if (text('div.text').includes('\\ufffd')) found.push('replacement-in-text');
        if (pane.querySelector('pre.text')) found.push('unparseable');
        if (pane.querySelector('[role=alert]')) found.push('unreadable');
        if (pane.querySelector('.wordless')) found.push('no-text\\t' + text('.attachments .name, .card h3'));
        const right = pane.getBoundingClientRect().right + 1;
        for (const e of pane.children) {
          if (e.getBoundingClientRect().right > right) found.push('overflow\\t' + e.className);
        }
        return found;
      }
      """;

  private static final String LOOK_AT_FRAME =
      """
      () => {
        const said = document.body.innerText;
        if (said.includes('\\ufffd')) return 'replacement-in-html';
        return !said.trim() && !document.images.length ? 'empty-html' : '';
      }
      """;

  private final Page page;
  private final List<String> findings;
  private final Set<String> opened = new HashSet<>();

  CorpusWalk(Page page, List<String> findings) {
    this.page = page;
    this.findings = findings;
  }

  /** What no message may cause, however it is made. The rest is in {@code docs/rendering.md}. */
  static boolean isFault(String finding) {
    return finding.matches("(?s).*\t(not-opened|overflow|unparseable|unreadable).*");
  }

  /**
   * Opens the messages of the page of the list that is shown, unless they were opened before; how
   * many that were.
   */
  int openAll(int most) {
    int before = opened.size();
    for (Locator link : page.locator("a.message-link").all()) {
      String id = link.getAttribute("data-id");
      if (opened.size() - before < most && opened.add(id)) {
        open(id);
      }
    }
    return opened.size() - before;
  }

  private void open(String id) {
    for (Object found : (List<?>) page.evaluate(OPEN, id)) {
      findings.add(id + "\t" + found);
    }
    Locator frame = page.locator("article.opened iframe.html");
    if (frame.count() > 0) {
      lookAt(frame, id);
    }
  }

  private void lookAt(Locator element, String id) {
    try {
      Frame frame = element.elementHandle().contentFrame();
      frame.waitForLoadState();
      String found = (String) frame.evaluate(LOOK_AT_FRAME);
      if (!found.isEmpty()) {
        findings.add(id + "\t" + found);
      }
    } catch (PlaywrightException e) {
      findings.add(id + "\tnot-opened\t" + e.getMessage());
    }
  }
}
