package org.mailtimemachine.admin.authority;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.AddressRules;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.register.MadeMirror;
import org.mailtimemachine.mirror.register.MirrorRefusedException;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.NewMirror;
import org.mailtimemachine.mirror.register.RegisteredMirror;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditLog;

/**
 * Which Mirrors one administrator sees, makes, changes and ends: those of the domains given, into
 * mailboxes of these domains. A mirror lets somebody read mail of others and deletes older mail in
 * the mailbox that it copies to, so both ends must be theirs. What is wanted stands in the audit
 * log before it is done, since the register is no part of the database: no mirror is ever without
 * its line.
 */
public final class MirrorAuthority {

  private final Administrator administrator;
  private final String signature;
  private final MirrorRegister register;
  private final AuditLog audit;
  private final InstantSource clock;

  /**
   * @param signature as whom the log knows the administrator, or the program that is one
   */
  public MirrorAuthority(
      Administrator administrator,
      String signature,
      MirrorRegister register,
      AuditLog audit,
      InstantSource clock) {
    this.administrator = administrator;
    this.signature = signature;
    this.register = register;
    this.audit = audit;
    this.clock = clock;
  }

  /** Those of their domains, in the order in which they were made; also those that have ended. */
  public List<RegisteredMirror> mirrors() {
    return register.mirrors().stream()
        .filter(mirror -> administrator.answersFor(domain(mirror.rule().source())))
        .toList();
  }

  /** One of them. */
  public RegisteredMirror mirror(String id) throws NotYoursException {
    return mirrors().stream()
        .filter(mirror -> mirror.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new NotYoursException("mirror " + id));
  }

  /** Whether they may change one that they see: not where copies go to mailboxes of others. */
  public boolean mayChange(RegisteredMirror mirror) {
    return mirror.rule().destinations().stream()
        .allMatch(each -> administrator.answersFor(each.domain()));
  }

  /** Whether a part of the register cannot be read, so that nothing can be changed. */
  public boolean damaged() {
    return !register.problems().isEmpty();
  }

  /** Makes a Mirror, which is in force when this returns. */
  public MadeMirror add(NewMirror wanted)
      throws NotYoursException, MirrorRefusedException, IOException {
    requireOwn(wanted.source());
    requireOwn(wanted.existing());
    String source = text(wanted.source());
    log(
        "mirror.add",
        source,
        "%s for %d days%s"
            .formatted(
                destinations(wanted.ownMailbox(), wanted.existing()),
                wanted.days(),
                wanted.readOnly() ? ", read-only" : ""));
    return orLog(source, () -> register.add(wanted, signature));
  }

  /** Changes how long copies are kept, and to which existing mailboxes they go. */
  public RegisteredMirror change(
      String id, int days, List<MailboxAddress> existing, boolean olderMailMayGo)
      throws NotYoursException, MirrorRefusedException, IOException {
    RegisteredMirror mirror = changeable(id);
    requireOwn(existing);
    String source = text(mirror.rule().source());
    log(
        "mirror.change",
        source,
        "mirror %s: %s for %d days"
            .formatted(id, destinations(!mirror.own().isEmpty(), existing), days));
    return orLog(source, () -> register.change(id, days, existing, olderMailMayGo));
  }

  /**
   * Ends a Mirror.
   *
   * @param mailStays whether the mailbox made for it keeps what it holds
   */
  public RegisteredMirror end(String id, boolean mailStays)
      throws NotYoursException, MirrorRefusedException, IOException {
    RegisteredMirror mirror = changeable(id);
    String source = text(mirror.rule().source());
    log("mirror.end", source, "mirror " + id + (mailStays ? ", its mail stays" : ""));
    return orLog(source, () -> register.end(id, mailStays, signature));
  }

  /** Gives the mailbox that was made for a Mirror a new password, to be shown once. */
  public String newPassword(String id)
      throws NotYoursException, MirrorRefusedException, IOException {
    RegisteredMirror mirror = changeable(id);
    String source = text(mirror.rule().source());
    log("mirror.password", source, "mirror " + id);
    return orLog(source, () -> register.newPassword(id));
  }

  private RegisteredMirror changeable(String id) throws NotYoursException {
    RegisteredMirror mirror = mirror(id);
    if (!mayChange(mirror)) {
      throw new NotYoursException("mailboxes of mirror " + id);
    }
    return mirror;
  }

  /** In the spelling of the register, too: an alias domain stands for another one. */
  private void requireOwn(MirrorSource source) throws NotYoursException {
    AddressRules addresses = register.settings().addresses();
    if (!administrator.answersFor(domain(source))
        || !administrator.answersFor(addresses.domain(domain(source)))) {
      throw new NotYoursException("mail of " + text(source));
    }
  }

  private void requireOwn(List<MailboxAddress> mailboxes) throws NotYoursException {
    for (MailboxAddress each : mailboxes) {
      if (!administrator.answersFor(each.domain())) {
        throw new NotYoursException("mailbox " + each);
      }
    }
  }

  private interface Change<T> {
    T make() throws MirrorRefusedException, IOException;
  }

  private <T> T orLog(String source, Change<T> change) throws MirrorRefusedException, IOException {
    try {
      return change.make();
    } catch (MirrorRefusedException e) {
      log("mirror.refused", source, e.reason().name());
      throw e;
    } catch (IOException e) {
      log("mirror.failed", source, "the log of the server says why");
      throw e;
    }
  }

  private void log(String action, String source, String detail) {
    audit.append(new AuditEntry(clock.instant(), signature, action, source, detail));
  }

  private static String destinations(boolean own, List<MailboxAddress> existing) {
    String others =
        existing.stream().map(MailboxAddress::toString).collect(Collectors.joining(", "));
    return own
        ? "into its own mailbox" + (others.isEmpty() ? "" : ", " + others)
        : "into " + others;
  }

  /** Whose mail it copies: an address or a domain. */
  public static String text(MirrorSource source) {
    return switch (source) {
      case MirrorSource.SingleRecipient(MailboxAddress address) -> address.toString();
      case MirrorSource.AllRecipients(String domain) -> domain;
    };
  }

  private static String domain(MirrorSource source) {
    return switch (source) {
      case MirrorSource.SingleRecipient(MailboxAddress address) -> address.domain();
      case MirrorSource.AllRecipients(String domain) -> domain;
    };
  }
}
