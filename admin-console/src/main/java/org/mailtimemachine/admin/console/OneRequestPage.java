package org.mailtimemachine.admin.console;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.restoring.Restoring;
import org.mailtimemachine.mailstore.maildir.Quota;
import org.mailtimemachine.restore.PlannedFolder;
import org.mailtimemachine.restore.PlannedMessage;
import org.mailtimemachine.restore.Receipt;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.restore.desk.Decision;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.RequestRefusedException;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.restore.terms.Money;

/** One Restore request: who, what, its plan by Folder, what was decided, and what was done. */
@Named("requestPage")
@RequestScoped
public class OneRequestPage {

  private static final System.Logger LOG = System.getLogger(OneRequestPage.class.getName());
  private static final int MOST_REFUSED = 50;

  @Inject private HttpServletRequest http;
  @Inject private OwnAuthority authority;
  @Inject private Restoring restoring;
  @Inject private Texts texts;
  @Inject private Clock clock;

  private @Nullable FiledRequest found;
  private List<FolderLine> folders = List.of();
  private List<String> refused = List.of();
  private List<String> notes = List.of();
  private Optional<Quota> quota = Optional.empty();

  /** Looks the request up; there is no page of what is not there. */
  public void load() {
    try {
      found = authority.get().request(new Parameters(http).requiredId());
      lines();
    } catch (NotYoursException | IllegalArgumentException e) {
      NotFound.answer();
    }
  }

  private FiledRequest request() {
    if (found == null) {
      throw new IllegalStateException("the page was not loaded");
    }
    return found;
  }

  private void lines() throws NotYoursException {
    try {
      RestorePlan plan = authority.get().plan(request().id());
      quota = plan.quotaAfter();
      Optional<Receipt> receipt =
          request().outcome().isPresent()
              ? Optional.of(authority.get().receipt(request().id()))
              : Optional.empty();
      Map<Receipt.Outcome, Map<Integer, Long>> counts =
          receipt.map(OneRequestPage::count).orElse(Map.of());
      List<FolderLine> all = new ArrayList<>();
      for (int folder = 0; folder < plan.folders().size(); folder++) {
        FolderLine line = line(folder, plan.folders().get(folder), counts);
        if (!line.isEmpty()) {
          all.add(line);
        }
      }
      folders = all;
      receipt.ifPresent(done -> remember(plan, done));
    } catch (IOException | RequestRefusedException e) {
      // What the book says of it can be read without its plan.
      LOG.log(Level.WARNING, "The plan of {0} cannot be read: {1}", request().id(), e.getMessage());
    }
  }

  private void remember(RestorePlan plan, Receipt receipt) {
    notes =
        receipt.notes().stream()
            .map(note -> texts.of("note." + note.kind(), texts.folder(note.folder()), note.what()))
            .toList();
    Map<String, Long> lines = new LinkedHashMap<>();
    for (Receipt.Entry entry : receipt.entries()) {
      if (entry.outcome() == Receipt.Outcome.REFUSED) {
        lines.merge(refusal(plan, entry), 1L, Long::sum);
      }
    }
    refused =
        lines.entrySet().stream()
            .limit(MOST_REFUSED)
            .map(
                each ->
                    each.getValue() == 1
                        ? each.getKey()
                        : texts.of("reason.lines", each.getKey(), each.getValue()))
            .toList();
  }

  private String refusal(RestorePlan plan, Receipt.Entry entry) {
    String reason = texts.of("reason." + entry.reason().orElse(Receipt.Reason.OTHER));
    return texts.of(
        "receipt.refused.line",
        texts.folder(plan.folders().get(entry.folder()).name()),
        entry
            .otherDay()
            .map(day -> texts.of("reason.whole", reason, texts.day(day)))
            .orElse(reason));
  }

  private FolderLine line(
      int number, PlannedFolder folder, Map<Receipt.Outcome, Map<Integer, Long>> counts) {
    return new FolderLine(
        texts.folder(folder.name()),
        String.join("/", folder.path().stream().map(Object::toString).toList()),
        folder.messages().size(),
        texts.size(folder.messages().stream().mapToLong(PlannedMessage::size).sum()),
        folder.present(),
        folder.movedMessages(),
        folder.incomplete(),
        counts.getOrDefault(Receipt.Outcome.ADDED, Map.of()).getOrDefault(number, 0L),
        counts.getOrDefault(Receipt.Outcome.THERE, Map.of()).getOrDefault(number, 0L),
        counts.getOrDefault(Receipt.Outcome.REFUSED, Map.of()).getOrDefault(number, 0L));
  }

  /** How many entries of each kind each Folder has, in one walk over a Receipt that may be long. */
  private static Map<Receipt.Outcome, Map<Integer, Long>> count(Receipt receipt) {
    return receipt.entries().stream()
        .collect(
            Collectors.groupingBy(
                Receipt.Entry::outcome,
                Collectors.groupingBy(Receipt.Entry::folder, Collectors.counting())));
  }

  public String getId() {
    return request().id().toString();
  }

  public String getMailbox() {
    return request().mailbox().toString();
  }

  /** The page of the Mailbox. */
  public String getMailboxPage() {
    return "mailbox.xhtml?address=" + Parameters.encoded(getMailbox());
  }

  public String getDay() {
    return texts.day(request().snapshot());
  }

  public String getAsked() {
    return texts.of("asked." + request().asked().name());
  }

  public String getTarget() {
    if (request().target() == RestoreRequest.Target.BELOW_RESTORED) {
      return texts.of("target.below");
    }
    // No folder was ever theirs: they come where they would have been delivered.
    return texts.of(
        request().asked() == FiledRequest.Asked.COPIES ? "target.inbox" : "target.original");
  }

  public boolean isAlsoMoved() {
    return request().moved();
  }

  public String getRequested() {
    return texts.longMoment(request().requestedAt());
  }

  public String getUntil() {
    return texts.longMoment(request().until());
  }

  public String getReason() {
    return request().reason();
  }

  /** The state as its class. */
  public String getState() {
    return request().state().name().toLowerCase(Locale.ROOT);
  }

  public String getStateWords() {
    return texts.of("state." + request().state().name());
  }

  /** As {@code 12 messages, 3 MB}. */
  public String getSum() {
    return texts.of(
        "number.size", request().plan().messages(), texts.size(request().plan().bytes()));
  }

  public long getMessages() {
    return request().plan().messages();
  }

  /** What it costs, in words where it is nothing. */
  public String getPrice() {
    return texts.money(request().cost());
  }

  public boolean isPriced() {
    return !request().plan().price().isNothing();
  }

  /** What it would cost by the terms of now, where that is something else; else empty. */
  public String getOtherPrice() {
    Money now = authority.get().priceNow(request());
    return isPending() && !now.equals(request().plan().price()) ? texts.money(now) : "";
  }

  /** Whether two must confirm it. */
  public boolean isNeedsTwo() {
    return authority.get().needsTwo(request());
  }

  /** Who of two has confirmed it, and when; empty where nobody has. */
  public String getFirst() {
    return authority
        .get()
        .firstOfTwo(request())
        .map(each -> texts.of("request.decided", each.who(), texts.longMoment(each.when())))
        .orElse("");
  }

  /** Whether the other one of two must confirm it now. */
  public boolean isConfirmedByMe() {
    String me = authority.get().administrator().name();
    return isNeedsTwo()
        && authority
            .get()
            .firstOfTwo(request())
            .filter(first -> first.who().equals(me))
            .isPresent();
  }

  /** Whether confirming it now does no more than to note the first one of two. */
  public boolean isFirstOfTwo() {
    return isNeedsTwo() && authority.get().firstOfTwo(request()).isEmpty();
  }

  /** Which words of the question before it is confirmed, its button and so on. */
  public String getConfirming() {
    return isFirstOfTwo() ? "confirm.first" : isNeedsTwo() ? "confirm.second" : "confirm";
  }

  public long getPresent() {
    return request().plan().present();
  }

  public long getMoved() {
    return request().plan().moved();
  }

  /** What the mailbox would hold afterwards, going by when it was planned. */
  public String getQuota() {
    return texts.quota(quota);
  }

  /** Whether it may not hold so much. */
  public boolean isOverQuota() {
    return quota.filter(Quota::exceeded).isPresent();
  }

  public boolean isPending() {
    return request().state() == RequestState.PENDING;
  }

  /** Whether it waits, and has waited too long. */
  public boolean isTooLate() {
    return isPending() && clock.instant().isAfter(request().until());
  }

  public boolean isConfirmed() {
    return request().state() == RequestState.CONFIRMED;
  }

  public boolean isStopped() {
    return request().state() == RequestState.STOPPED;
  }

  /** What can be done about it once it was confirmed, each with the password. */
  public List<String> getActions() {
    return switch (request().state()) {
      case CONFIRMED -> List.of("stop", "giveup");
      case STOPPED -> List.of("resume", "giveup");
      case DONE -> List.of("takeback");
      default -> List.of();
    };
  }

  public boolean isCarriedOut() {
    return request().outcome().isPresent();
  }

  /** Who decided it, and when; empty where nobody has. */
  public String getDecision() {
    return request()
        .decision()
        .map(each -> texts.of("request.decided", each.who(), texts.longMoment(each.when())))
        .orElse("");
  }

  public String getDecisionReason() {
    return request().decision().map(Decision::reason).orElse("");
  }

  /** What is in its way; empty where nothing is. */
  public String getProblem() {
    return request().hindrance().map(why -> texts.of("problem." + why)).orElse("");
  }

  public String getNextTry() {
    return restoring.nextTry(request().id()).map(texts::moment).orElse("");
  }

  public int getPercent() {
    return restoring.progress(request()).percent();
  }

  public String getFinished() {
    return request().outcome().map(done -> texts.longMoment(done.finished())).orElse("");
  }

  public long getAdded() {
    return request().outcome().map(done -> done.added()).orElse(0L);
  }

  public long getThere() {
    return request().outcome().map(done -> done.there()).orElse(0L);
  }

  public long getRefusedCount() {
    return request().outcome().map(done -> done.refused()).orElse(0L);
  }

  public boolean isTakenBack() {
    return request().state() == RequestState.TAKEN_BACK;
  }

  public long getTakenBackCount() {
    return request().outcome().map(done -> done.takenBack()).orElse(0L);
  }

  /** What a take-back has left, of what the restore had put back. */
  public long getLeft() {
    return getAdded() - getTakenBackCount();
  }

  public List<FolderLine> getFolders() {
    return folders;
  }

  public List<String> getRefused() {
    return refused;
  }

  public List<String> getNotes() {
    return notes;
  }

  /** Which dialog a letter's link wants to see opened; nothing is done by opening it. */
  public String getOpens() {
    String wanted = new Parameters(http).text("do");
    return isPending() && (wanted.equals("confirm") || wanted.equals("reject")) ? wanted : "";
  }
}
