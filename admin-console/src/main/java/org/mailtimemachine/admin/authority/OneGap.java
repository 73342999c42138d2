package org.mailtimemachine.admin.authority;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mailtimemachine.mirror.copy.Gap;
import org.mailtimemachine.restore.administrator.FollowUp;

/**
 * A message that went on without its copy, as it concerns one domain: each looks after its own.
 *
 * @param id of the gap and the domain together
 * @param domain in lower case; empty where nobody can tell any more whose mail it was
 * @param recipients those of the domain; the others may be blind copies
 * @param followUp empty where nobody has looked after it
 */
public record OneGap(
    String id, Gap gap, String domain, List<String> recipients, Optional<FollowUp> followUp) {

  public OneGap {
    recipients = List.copyOf(recipients);
  }

  /** Whether somebody has to look after it. */
  public boolean open() {
    return followUp.filter(FollowUp::done).isEmpty();
  }

  OneGap with(Optional<FollowUp> noted) {
    return new OneGap(id, gap, domain, recipients, noted);
  }

  /** Whether a text, in small letters, is in something of it that is shown. */
  boolean matches(String text) {
    return (gap.queueId()
            + ' '
            + gap.sender()
            + ' '
            + String.join(" ", recipients)
            + ' '
            + gap.cause()
            + ' '
            + followUp.map(each -> each.who() + ' ' + each.note()).orElse(""))
        .toLowerCase(Locale.ROOT)
        .contains(text);
  }
}
