package org.mailtimemachine.web.mirrored;

import java.time.Instant;
import java.util.List;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.mailstore.mime.MessageSummary;
import org.mailtimemachine.mirror.recall.MirrorCopy;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;

/** A copy as a row of a list, like those of the Catalogue. */
final class MirroredRow {

  private static final Instant FIRST_SENSIBLE_DATE = Instant.parse("1971-01-01T00:00:00Z");
  private static final Instant LAST_SENSIBLE_DATE = Instant.parse("2100-01-01T00:00:00Z");

  private MirroredRow() {}

  static CataloguedMessage of(MirrorCopy copy, MirroredFolder folder, MessageSummary summary) {
    return new CataloguedMessage(
        copy.id().value(),
        folder.id(),
        "",
        summary.subject(),
        summary.from(),
        summary.to(),
        summary.date().filter(MirroredRow::sensible).orElse(copy.arrived()),
        copy.bytes(),
        new Flags("S"), // whether anybody has read it nobody knows
        List.of(),
        summary.attachments(),
        summary.preview());
  }

  /** By its envelope alone. */
  static CataloguedMessage of(MirrorCopy copy, MirroredFolder folder) {
    return new CataloguedMessage(
        copy.id().value(),
        folder.id(),
        "",
        "",
        copy.sender(),
        String.join(", ", copy.recipients()),
        copy.arrived(),
        copy.bytes(),
        new Flags("S"),
        List.of(),
        0,
        "");
  }

  private static boolean sensible(Instant date) {
    return !date.isBefore(FIRST_SENSIBLE_DATE) && date.isBefore(LAST_SENSIBLE_DATE);
  }
}
