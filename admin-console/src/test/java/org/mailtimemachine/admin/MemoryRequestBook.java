package org.mailtimemachine.admin;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.Notice;
import org.mailtimemachine.restore.desk.RequestBook;
import org.mailtimemachine.restore.desk.RequestLimits;
import org.mailtimemachine.restore.desk.RequestPage;
import org.mailtimemachine.restore.desk.RequestQuery;
import org.mailtimemachine.restore.desk.RequestRefusedException.Why;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/** A book of requests in memory. */
public final class MemoryRequestBook implements RequestBook {

  private final Map<UUID, FiledRequest> requests = new LinkedHashMap<>();

  /** What is to be told, the oldest first. */
  public final List<Notice> notices = new ArrayList<>();

  /** Every entry that a change brought. */
  public final List<AuditEntry> entries = new ArrayList<>();

  @Override
  public synchronized Optional<Why> file(FiledRequest draft, RequestLimits limits) {
    Optional<Why> refusal = refusal(draft.mailbox(), draft.requestedAt(), limits);
    return refusal.isEmpty() && requests.putIfAbsent(draft.id(), draft) == null
        ? Optional.empty()
        : Optional.of(Why.TOO_MANY_OPEN);
  }

  @Override
  public synchronized Optional<Why> refusal(
      MailboxAddress mailbox, Instant now, RequestLimits limits) {
    long open =
        requests.values().stream()
            .filter(each -> each.mailbox().equals(mailbox) && each.state().open())
            .count();
    return open < limits.open() ? Optional.empty() : Optional.of(Why.TOO_MANY_OPEN);
  }

  @Override
  public synchronized boolean keepFound(
      FiledRequest request, AuditEntry entry, Optional<Notice.Kind> notice) {
    if (requests.putIfAbsent(request.id(), request) != null) {
      return false;
    }
    entries.add(entry);
    notice.ifPresent(kind -> notices.add(new Notice(request.id(), kind)));
    return true;
  }

  @Override
  public synchronized void forget(UUID draft) {
    requests.computeIfPresent(
        draft, (_, request) -> request.state() == RequestState.DRAFT ? null : request);
  }

  @Override
  public synchronized List<FiledRequest> drafts(Instant before) {
    return in(RequestState.DRAFT)
        .filter(request -> request.requestedAt().isBefore(before))
        .toList();
  }

  private Stream<FiledRequest> in(RequestState state) {
    return requests.values().stream().filter(request -> request.state() == state);
  }

  @Override
  public synchronized Optional<FiledRequest> find(UUID id) {
    return Optional.ofNullable(requests.get(id));
  }

  @Override
  public synchronized List<FiledRequest> ofMailbox(MailboxAddress mailbox, int most) {
    return requests.values().stream()
        .filter(request -> request.mailbox().equals(mailbox))
        .limit(most)
        .toList();
  }

  @Override
  public synchronized RequestPage page(RequestQuery query) {
    List<FiledRequest> found =
        requests.values().stream()
            .filter(request -> query.states().contains(request.state()))
            .filter(
                request ->
                    query.domains().map(of -> of.contains(request.mailbox().domain())).orElse(true))
            .filter(request -> request.mailbox().toString().contains(query.mailbox()))
            .toList();
    return new RequestPage(
        found.stream().skip(query.offset()).limit(query.limit()).toList(), found.size());
  }

  @Override
  public synchronized List<FiledRequest> in(RequestState state, Set<UUID> but, int most) {
    return in(state)
        .filter(request -> !but.contains(request.id()))
        .sorted(Comparator.comparing(FiledRequest::requestedAt))
        .limit(most)
        .toList();
  }

  @Override
  public synchronized long messagesSince(
      MailboxAddress mailbox, Instant moment, Set<RequestState> states) {
    return requests.values().stream()
        .filter(request -> request.mailbox().equals(mailbox) && states.contains(request.state()))
        .filter(request -> !request.requestedAt().isBefore(moment))
        .mapToLong(request -> request.plan().messages())
        .sum();
  }

  @Override
  public synchronized boolean replace(
      RequestState from, FiledRequest now, AuditEntry entry, Optional<Notice.Kind> notice) {
    FiledRequest before = requests.get(now.id());
    if (before == null || before.state() != from) {
      return false;
    }
    requests.put(now.id(), now);
    entries.add(entry);
    notice.ifPresent(kind -> notices.add(new Notice(now.id(), kind)));
    return true;
  }

  @Override
  public boolean confirmedFirst(FiledRequest seen, FiledRequest now, AuditEntry entry) {
    return replace(RequestState.PENDING, now, entry, Optional.of(Notice.Kind.FIRST_CONFIRMED));
  }

  @Override
  public List<FiledRequest> holding(int most) {
    return List.of();
  }

  @Override
  public void released(UUID id) {}
}
