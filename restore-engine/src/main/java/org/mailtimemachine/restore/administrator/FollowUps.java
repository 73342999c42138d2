package org.mailtimemachine.restore.administrator;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/** Keeps follow-ups. Safe for use by several threads and several servers. */
public interface FollowUps {

  /** Those about some subjects, by subject; what nobody looked after has none. */
  Map<String, FollowUp> about(Collection<String> subjects);

  /** Notes some, in place of what was noted before, together with the lines of the audit log. */
  void note(List<FollowUp> followUps, List<AuditEntry> entries);
}
