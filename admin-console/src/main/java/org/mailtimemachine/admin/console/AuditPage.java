package org.mailtimemachine.admin.console;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.SealedEntry;

/** The audit log. */
@Named("auditPage")
@RequestScoped
public class AuditPage {

  private static final int SIZE = 100;

  @Inject private HttpServletRequest request;
  @Inject private OwnAuthority authority;
  @Inject private Texts texts;

  private String text = "";
  private List<SealedEntry> found = List.of();
  private String verdict = "";
  private String newest = "";
  private boolean broken;

  /** A line as it is shown. */
  public record Line(
      long number,
      String when,
      String who,
      String action,
      String code,
      String subject,
      String detail) {}

  @PostConstruct
  void load() {
    Parameters parameters = new Parameters(request);
    text = parameters.text("text");
    found = authority.get().log(text, parameters.before(), SIZE);
    verify();
  }

  public String getText() {
    return text;
  }

  public List<Line> getLines() {
    return found.stream()
        .map(
            line ->
                new Line(
                    line.number(),
                    texts.moment(line.entry().when()),
                    line.entry().who().equals(AuditEntry.SYSTEM)
                        ? texts.of("audit.system")
                        : line.entry().who(),
                    words(line.entry().action()),
                    line.entry().action(),
                    line.entry().subject(),
                    detail(line.entry().detail())))
        .toList();
  }

  /** What was done; of a later version, as it is called in the log. */
  private String words(String action) {
    String key = "log." + action;
    return texts.has(key) ? texts.of(key) : action;
  }

  /** A detail ends in the name of what was in the way, or of a state, where it is about one. */
  private String detail(String detail) {
    int last = detail.lastIndexOf(' ') + 1;
    String name = detail.substring(last);
    for (String kind : List.of("problem.", "state.")) {
      if (texts.has(kind + name)) {
        return detail.substring(0, last) + texts.of(kind + name);
      }
    }
    return detail;
  }

  /** Where older lines are; null where there may be none. */
  public @Nullable String getOlder() {
    return found.size() < SIZE
        ? null
        : "audit.xhtml?text=" + Parameters.encoded(text) + "&before=" + found.getLast().number();
  }

  public String getExport() {
    return "audit.csv?text=" + Parameters.encoded(text);
  }

  public boolean isVerifiable() {
    return authority.get().administrator().ofHost();
  }

  private void verify() {
    if (request.getParameter("verify") == null) {
      return;
    }
    try {
      Optional<Long> line = authority.get().firstBrokenLine();
      broken = line.isPresent();
      verdict = broken ? texts.of("audit.broken", line.get()) : texts.of("audit.whole");
      newest =
          authority.get().log("", Long.MAX_VALUE, 1).stream()
              .map(last -> texts.of("audit.newest", Long.toString(last.number()), last.seal()))
              .findFirst()
              .orElse("");
    } catch (NotYoursException e) {
      verdict = ""; // the seals of the whole log are the host's
    }
  }

  /** What the seals say, where it is asked; else empty. */
  public String getVerdict() {
    return verdict;
  }

  /** Whether a seal is broken. */
  public boolean isBroken() {
    return broken;
  }

  /** The newest line and its seal, to be written down elsewhere. */
  public String getNewest() {
    return newest;
  }
}
