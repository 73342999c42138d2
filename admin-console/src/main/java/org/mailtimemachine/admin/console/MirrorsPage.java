package org.mailtimemachine.admin.console;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.admin.authority.MirrorAuthority;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.register.RegisteredMirror;

/** Mirrors: those in force, those that have ended, and the forms to make, change and end one. */
@Named("mirrorsPage")
@RequestScoped
public class MirrorsPage {

  private static final System.Logger LOG = System.getLogger(MirrorsPage.class.getName());

  @Inject private HttpServletRequest request;
  @Inject private OwnAuthority authority;
  @Inject private Texts texts;

  private boolean unreadable;
  private boolean damaged;
  private List<Line> lines = List.of();
  private Optional<RegisteredMirror> changing = Optional.empty();
  private String password = "";

  /**
   * A line of the list.
   *
   * @param ended by whom and when; empty while it is in force
   */
  public record Line(
      String id,
      String source,
      String kind,
      String destinations,
      String days,
      boolean readOnly,
      String made,
      boolean mayChange,
      String ended) {}

  @PostConstruct
  void load() {
    password = takePassword();
    if (!authority.hasMirrors()) {
      return;
    }
    try {
      MirrorAuthority own = authority.mirrors();
      damaged = own.damaged();
      lines =
          own.mirrors().stream()
              .sorted(
                  Comparator.comparing(RegisteredMirror::inForce)
                      .thenComparing(RegisteredMirror::made)
                      .reversed())
              .map(mirror -> line(mirror, own.mayChange(mirror)))
              .toList();
      changing = changing(own);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "The register of mirrors cannot be read", e);
      unreadable = true;
    }
  }

  private Optional<RegisteredMirror> changing(MirrorAuthority own) {
    String id = new Parameters(request).text("mirror");
    if (id.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(own.mirror(id)).filter(own::mayChange);
    } catch (NotYoursException e) {
      return Optional.empty(); // the page without its form
    }
  }

  private Line line(RegisteredMirror mirror, boolean mayChange) {
    return new Line(
        mirror.id(),
        MirrorAuthority.text(mirror.rule().source()),
        texts.of(
            mirror.rule().source() instanceof MirrorSource.AllRecipients
                ? "mirrors.all"
                : "mirrors.single"),
        joined(mirror.rule().destinations()),
        texts.of("mirrors.days.number", mirror.rule().days()),
        mirror.readOnly(),
        texts.of("holds.by", mirror.madeBy(), texts.moment(mirror.made())),
        mayChange,
        mirror
            .end()
            .map(end -> texts.of("mirrors.ended.by", end.by(), texts.moment(end.time())))
            .orElse(""));
  }

  private static String joined(List<MailboxAddress> mailboxes) {
    return mailboxes.stream().map(MailboxAddress::toString).collect(Collectors.joining(", "));
  }

  /** Whether the host has mirrors at all. */
  public boolean isWanted() {
    return authority.hasMirrors();
  }

  /** Whether the register cannot be read now, or was never made. */
  public boolean isUnreadable() {
    return unreadable;
  }

  /** Whether a part of it cannot be read. */
  public boolean isDamaged() {
    return damaged;
  }

  public List<Line> getLines() {
    return lines;
  }

  public boolean isChanging() {
    return changing.isPresent();
  }

  /** The one to change, if it is in force. */
  public boolean isInForce() {
    return changing.filter(RegisteredMirror::inForce).isPresent();
  }

  public String getId() {
    return changing.map(RegisteredMirror::id).orElse("");
  }

  public String getTitle() {
    return changing
        .map(mirror -> texts.of("mirrors.of", MirrorAuthority.text(mirror.rule().source())))
        .orElse("");
  }

  public int getDays() {
    return changing.map(mirror -> mirror.rule().days()).orElse(0);
  }

  /** The existing mailboxes of the one to change. */
  public String getExisting() {
    return changing
        .map(
            mirror ->
                joined(
                    mirror.rule().destinations().stream()
                        .filter(each -> !mirror.own().contains(each))
                        .toList()))
        .orElse("");
  }

  public boolean isReadOnly() {
    return changing.filter(RegisteredMirror::readOnly).isPresent();
  }

  /** Whether the one to change has a mailbox of its own that somebody signs in to. */
  public boolean isWithPassword() {
    return changing.filter(mirror -> !mirror.own().isEmpty() && !mirror.readOnly()).isPresent();
  }

  /** The password of a mailbox that was just made; empty the next time. */
  public String getPassword() {
    return password;
  }

  private String takePassword() {
    HttpSession session = request.getSession(false);
    @Nullable Object kept = session == null ? null : session.getAttribute(MirrorPassword.NAME);
    if (!(kept instanceof MirrorPassword made)) {
      return "";
    }
    request.getSession().removeAttribute(MirrorPassword.NAME);
    return texts.of("mirrors.password", made.mailbox(), made.password());
  }
}
