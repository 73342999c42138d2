package org.mailtimemachine.admin.api;

import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.register.MirrorRefusedException;

/** What a program says of a Mirror that it wants. */
record MirrorBody(JsonBody body) {

  private static final String DAYS = "Send a number from 1 to 3650.";

  static MirrorBody of(String text, Set<String> fields) {
    return new MirrorBody(JsonBody.parse(text, fields));
  }

  MirrorSource source() {
    String remedy = "Send an address, or a domain for all of its recipients.";
    String source = body.requiredText("source", remedy);
    try {
      return source.contains("@")
          ? new MirrorSource.SingleRecipient(MailboxAddress.of(source))
          : new MirrorSource.AllRecipients(new MailboxAddress("postmaster", source).domain());
    } catch (IllegalArgumentException e) {
      throw ProblemException.ofField("source", "source is no address and no domain.", remedy);
    }
  }

  Optional<List<MailboxAddress>> existing() {
    return body.texts("existing")
        .map(
            texts -> {
              try {
                return texts.stream().map(MailboxAddress::of).toList();
              } catch (IllegalArgumentException e) {
                throw ProblemException.ofField(
                    "existing", "existing names what is no address.", "Send addresses.");
              }
            });
  }

  Optional<Integer> days() {
    return body.number("days");
  }

  boolean flag(String name) {
    return body.flag(name);
  }

  static ProblemException noDays() {
    return ProblemException.ofField("days", "days is missing.", DAYS);
  }

  /** Why the register does not want it, and what to do. */
  static ProblemException refused(MirrorRefusedException e) {
    String detail = String.valueOf(e.getMessage());
    return switch (e.reason()) {
      case DAYS -> wrong(e, "days", detail, DAYS);
      case NO_DESTINATION ->
          wrong(
              e,
              "existing",
              detail,
              "Send ownMailbox: true, or name existing mailboxes, each of them once.");
      case NO_MAILBOX -> wrong(e, "existing", detail, "Name mailboxes that are there.");
      case ITS_OWN_MIRROR -> wrong(e, "existing", detail, "Copy to another mailbox.");
      case READ_ONLY ->
          wrong(e, "readOnly", detail, "Leave existing out, and days as long as they were.");
      case LIMIT ->
          hindered(
              e,
              "source",
              detail,
              "End another mirror of the domain, or raise mtm.mirror.limit or mtm.mirror.limits.");
      case ALREADY -> hindered(e, "source", detail, "Change that one.");
      case OLDER_MAIL ->
          hindered(
              e,
              "olderMailMayGo",
              detail,
              "Where that mail may be deleted, send olderMailMayGo: true.");
      case TAKEN ->
          hindered(e, "ownMailbox", detail, "Name an existing mailbox, and leave ownMailbox out.");
      case NO_USERS_FILE ->
          hindered(e, "ownMailbox", detail, "Set mtm.mirror.users, or name an existing mailbox.");
      case ENDED -> hindered(e, "id", detail, "Make a new one.");
      case UNKNOWN ->
          new ProblemException(
              Response.Status.NOT_FOUND,
              e.reason().name(),
              "id",
              detail,
              "GET /mirrors lists them.");
    };
  }

  private static ProblemException wrong(
      MirrorRefusedException e, String field, String detail, String remedy) {
    return new ProblemException(
        Response.Status.BAD_REQUEST, e.reason().name(), field, detail, remedy);
  }

  private static ProblemException hindered(
      MirrorRefusedException e, String field, String detail, String remedy) {
    return new ProblemException(Response.Status.CONFLICT, e.reason().name(), field, detail, remedy);
  }
}
