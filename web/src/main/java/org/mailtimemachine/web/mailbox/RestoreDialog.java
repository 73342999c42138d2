package org.mailtimemachine.web.mailbox;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.maildir.Quota;
import org.mailtimemachine.restore.Hindrance;
import org.mailtimemachine.restore.KeptCopies;
import org.mailtimemachine.restore.PlannedFolder;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.restore.RestoreScope;
import org.mailtimemachine.restore.desk.Allowance;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.RequestLimits;
import org.mailtimemachine.restore.desk.RequestRefusedException;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.restore.desk.RestoreDesk;
import org.mailtimemachine.restore.terms.Money;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Missing;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.web.selection.RestoreEffect;
import org.mailtimemachine.web.selection.RestoreEffects;
import org.mailtimemachine.web.selection.Selection;
import org.mailtimemachine.web.selection.WantedBack;
import org.mailtimemachine.web.signin.SignedInMailbox;

/**
 * The dialog in which a restore is requested: what it would bring back, going by the mailbox as it
 * is now, and after it was sent, what comes next. It is filled when it is opened, for the
 * selection, the Folder or the whole Mailbox that the request names. Where the live mailbox cannot
 * be looked at, nothing can be requested, and what it says is an estimate by the newest Snapshot.
 */
@Named("restoreDialog")
@RequestScoped
public class RestoreDialog {

  private static final Optional<RestoreEffect> NOTHING =
      Optional.of(new RestoreEffect(0, Missing.NONE));
  private static final String UNCERTAIN = "restore.refused.uncertain";
  private static final System.Logger LOG = System.getLogger(RestoreDialog.class.getName());

  @Inject private HttpServletRequest request;
  @Inject private SignedInMailbox signedIn;
  @Inject private RestoreDesk desk;
  @Inject private WantedBack wanted;
  @Inject private RestoreEffects effects;
  @Inject private DayBar dayBar;
  @Inject private FolderPane folderPane;
  @Inject private GoneSince goneSince;
  @Inject private Texts texts;
  @Inject private Preferences preferences;
  @Inject private Clock clock;

  /** The server that takes letters; without it nobody is told anything by mail. */
  @Inject
  @ConfigProperty(name = "mtm.mail.smtp")
  private Optional<String> mail;

  private @Nullable RestoreEffect effect;
  private @Nullable RestorePlan plan;
  private @Nullable FiledRequest filed;
  private @Nullable Allowance allowance;

  /** Why nothing of it can be planned. */
  private @Nullable String refusal;

  private long gone;

  /** Why it was not taken when it was sent: what was typed stays, and can be sent again. */
  private @Nullable String answer;

  /**
   * What would come back by one way of asking.
   *
   * @param name of the way
   * @param why it cannot be sent so; empty where it can
   * @param shown whether it is the way that is chosen at first
   */
  public record Offer(String name, String sum, String why, boolean shown) {}

  /** Whether this request opens the dialog, or sends it. */
  public boolean isAsked() {
    return request.getParameter("restore") != null;
  }

  /** Sends what is asked for. */
  public void send() {
    Optional<Selection> selection = selection();
    if (selection.isEmpty()) {
      return;
    }
    try {
      Optional<RestoreScope> scope = wanted.of(signedIn.address(), selection.get());
      if (scope.isPresent()) {
        filed =
            desk.file(
                asked(selection.get().snapshot(), scope.get(), given("moved")),
                texts.locale(),
                Money.parse(request.getParameter(given("moved") ? "price-moved" : "price")));
      }
    } catch (RequestRefusedException e) {
      answer = refusal(e);
    } catch (IOException e) {
      failed(e);
      answer = texts.of(uncertain(e) ? UNCERTAIN : "restore.refused.failed");
    }
  }

  /** Of what may be there nobody says how much is missing. */
  private static boolean uncertain(IOException e) {
    return Hindrance.of(e) == Hindrance.UNCERTAIN;
  }

  private String refusal(RequestRefusedException e) {
    return words(e.why());
  }

  private String words(RequestRefusedException.Why why) {
    RequestLimits limits = allowance().limits();
    return texts.of(
        "restore.refused." + why.name().toLowerCase(Locale.ROOT),
        switch (why) {
          case TOO_MANY_OPEN -> limits.open();
          case TOO_MANY_REQUESTS -> limits.requestsADay();
          default -> limits.messagesADay();
        },
        allowance().messages());
  }

  private void failed(Exception e) {
    LOG.log(
        System.Logger.Level.WARNING,
        () ->
            "A restore for %s cannot be planned: %s".formatted(signedIn.address(), e.getMessage()),
        e);
  }

  private Optional<Selection> selection() {
    try {
      Selection selection = Selection.of(request.getParameterMap(), preferences.zone());
      Optional<SnapshotName> day =
          dayBar.snapshot().filter(SnapshotSummary::indexed).map(SnapshotSummary::name);
      // What was found over all days is of many: it is asked for on the day that it opens.
      return Optional.of(selection)
          .filter(found -> !found.anyDay() && day.filter(found.snapshot()::equals).isPresent());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private RestoreRequest asked(SnapshotName snapshot, RestoreScope scope, boolean moved) {
    String reason = Optional.ofNullable(request.getParameter("reason")).orElse("");
    return new RestoreRequest(
        id(),
        signedIn.address(),
        snapshot,
        scope,
        "separate".equals(request.getParameter("where"))
            ? RestoreRequest.Target.BELOW_RESTORED
            : RestoreRequest.Target.ORIGINAL_FOLDERS,
        moved,
        clock.instant(),
        reason.substring(0, Math.min(reason.length(), RestoreRequest.LONGEST_REASON)));
  }

  /** The id that the dialog was opened with: however often it is sent, it is one request. */
  private UUID id() {
    try {
      return UUID.fromString(Optional.ofNullable(request.getParameter("request")).orElse(""));
    } catch (IllegalArgumentException e) {
      return UUID.randomUUID();
    }
  }

  /** The id of the request that would be sent. */
  public String getId() {
    return UUID.randomUUID().toString();
  }

  private boolean given(String parameter) {
    return request.getParameter(parameter) != null;
  }

  private RestoreEffect known() {
    if (effect == null) {
      effect =
          selection()
              .flatMap(selection -> planned(selection).or(() -> estimated(selection)))
              .or(() -> NOTHING)
              .orElseThrow();
    }
    return effect;
  }

  /** By the live mailbox; empty where that cannot be looked at. */
  private Optional<RestoreEffect> planned(Selection selection) {
    if (!desk.open()) {
      return Optional.empty();
    }
    try {
      Optional<RestoreScope> scope = wanted.of(signedIn.address(), selection);
      if (scope.isEmpty()) {
        return NOTHING;
      }
      RestorePlan without = desk.plan(asked(selection.snapshot(), scope.get(), false));
      long movedBytes =
          without.moved() == 0
              ? 0
              : desk.bytes(asked(selection.snapshot(), scope.get(), true)) - without.bytes();
      plan = without;
      gone = gone(scope.get(), without);
      return Optional.of(
          new RestoreEffect(
              without.messages() + without.present() + without.moved(),
              new Missing(
                  without.messages(), without.bytes(), without.moved(), Math.max(0, movedBytes))));
    } catch (RequestRefusedException e) {
      if (e.why() != RequestRefusedException.Why.TOO_LARGE
          && e.why() != RequestRefusedException.Why.TOO_MANY_COPIES) {
        return Optional.empty();
      }
      refusal = refusal(e);
      return NOTHING;
    } catch (IOException e) {
      failed(e);
      if (!uncertain(e)) {
        return Optional.empty();
      }
      refusal = texts.of(UNCERTAIN);
      return NOTHING;
    }
  }

  private Optional<RestoreEffect> estimated(Selection selection) {
    try {
      return Optional.of(effects.of(signedIn.address(), selection, goneSince.later()));
    } catch (UncheckedIOException e) {
      failed(e);
      refusal = texts.of("mirrored.failed");
      return NOTHING;
    }
  }

  /** Whether there is anything of what was asked for. */
  public boolean isKnown() {
    return !isSent() && refusal == null && known().messages() > 0;
  }

  /** Whether it is what a mirror holds, and no Snapshot. */
  public boolean isOfMirror() {
    return selection().flatMap(Selection::mirrored).isPresent();
  }

  /** Whether what was asked for was found on several days. */
  public boolean isOfManyDays() {
    try {
      return Selection.of(request.getParameterMap(), preferences.zone()).anyDay();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether the live mailbox was looked at, so that a request can be sent. */
  public boolean isSendable() {
    return isKnown() && plan != null;
  }

  /** Whether a request would bring anything back. */
  public boolean isUseful() {
    return isSendable() && plan != null && (!plan.changesNothing() || plan.moved() > 0);
  }

  /**
   * Why no request of this mailbox would be taken now, whatever is asked for; null where one would,
   * or where one was refused just now, which says it already.
   */
  public @Nullable String getLimit() {
    if (!isUseful() || answer != null) {
      return null;
    }
    return allowance().refusal().map(this::words).orElse(null);
  }

  private Allowance allowance() {
    if (allowance == null) {
      allowance = desk.allowance(signedIn.address());
    }
    return allowance;
  }

  /** Whether it is to be asked where it shall go, and why. */
  public boolean isAskable() {
    return isUseful() && getLimit() == null;
  }

  /** Whether all of it is in the live mailbox, where it was. */
  public boolean isNothingMissing() {
    return isSendable() && !isUseful();
  }

  /** Whether it was sent just now. */
  public boolean isSent() {
    return filed != null;
  }

  /** Why it was not, or cannot be, sent; null where nothing was refused. */
  public @Nullable String getRefusal() {
    if (filed == null && refusal == null) {
      known();
    }
    return answer == null ? refusal : answer;
  }

  /** What was sent, and until when it can be confirmed. */
  public String getSentence() {
    if (filed == null) {
      return "";
    }
    Money price = filed.plan().price();
    String sent =
        texts.of("restore.sent", filed.plan().messages(), texts.size(filed.plan().bytes()));
    return price.isNothing() ? sent : sent + " " + texts.of("restore.price", texts.money(price));
  }

  /** What comes next, as far as it is known. */
  public String getNext() {
    if (filed == null) {
      return "";
    }
    if (filed.state() != RequestState.PENDING) {
      return texts.of(mail.isPresent() ? "restore.alone.told" : "restore.alone");
    }
    return until() + " " + texts.of(mail.isPresent() ? "restore.told" : "restore.untold");
  }

  private String until() {
    return filed == null ? "" : texts.of("restore.until", texts.moment(filed.until()));
  }

  /** As {@code 3 messages of Saturday 14 November 2026, 00:00}. */
  public String getWhat() {
    String day = day(dayBar.snapshot().map(SnapshotSummary::name));
    if (isOfMirror()) {
      return texts.of("restore.what.mirror", known().messages(), day);
    }
    return switch (request.getParameter("restore")) {
      case "folder" ->
          texts.of("restore.what.folder", folderPane.getLabel(), known().messages(), day);
      case "day" ->
          texts.of("restore.what.day", signedIn.address().toString(), known().messages(), day);
      default -> texts.of("restore.what.selection", known().messages(), day);
    };
  }

  /** What says what is missing. */
  public String getCompared() {
    if (isSendable()) {
      return texts.of("restore.live");
    }
    return goneSince.later().isEmpty()
        ? texts.of("restore.newest")
        : texts.of("restore.compared", day(goneSince.later()));
  }

  /** Folders that would get messages: one line for each, where there are several. */
  public String[] getFolders() {
    if (!isKnown() || plan == null) {
      return new String[0];
    }
    String[] lines =
        plan.folders().stream()
            .filter(folder -> !folder.messages().isEmpty())
            .map(this::line)
            .toArray(String[]::new);
    return lines.length > 1 ? lines : new String[0];
  }

  private String line(PlannedFolder folder) {
    return texts.of(
        folder.make() ? "restore.folder.made" : "restore.folder",
        texts.folder(folder.name()),
        folder.messages().size());
  }

  public long getMissing() {
    return missing().messages();
  }

  public String getMissingSize() {
    return texts.size(missing().bytes());
  }

  public long getMoved() {
    return missing().moved();
  }

  public long getThere() {
    return known().there();
  }

  /** Copies of a mirror that were asked for, and that no request can bring back. */
  public long getGone() {
    return isKnown() ? gone : 0;
  }

  private static long gone(RestoreScope scope, RestorePlan plan) {
    return scope instanceof RestoreScope.Copies(KeptCopies kept)
        ? kept.copies().size() - plan.messages() - plan.present() - plan.moved()
        : 0;
  }

  /** What would be added by each way of asking, and where one cannot be sent, why not. */
  public List<Offer> getOffers() {
    Missing missing = missing();
    boolean onlyFolders = missing.messages() == 0 && plan != null && !plan.changesNothing();
    String sum = sum(missing.messages(), missing.bytes());
    return List.of(
        new Offer(
            "original",
            onlyFolders ? texts.of("restore.sum.folders") : sum,
            onlyFolders ? "" : why(missing.messages()),
            true),
        new Offer("separate", sum, why(missing.messages()), false),
        new Offer(
            "moved",
            sum(missing.messages() + missing.moved(), missing.bytes() + missing.movedBytes()),
            why(missing.messages() + missing.moved()),
            false));
  }

  private String why(long messages) {
    if (messages == 0) {
      return texts.of(missing().moved() > 0 ? "restore.why.moved" : "restore.why.folders");
    }
    return messages > allowance().messages()
        ? words(RequestRefusedException.Why.TOO_MANY_MESSAGES)
        : "";
  }

  /** The price that is shown, as the request says that it was seen. */
  public String getPrice() {
    return desk.price(signedIn.address(), missing().messages(), missing().bytes()).toString();
  }

  /** The same, also with what was only moved. */
  public String getPriceWithMoved() {
    Missing missing = missing();
    return desk.price(
            signedIn.address(),
            missing.messages() + missing.moved(),
            missing.bytes() + missing.movedBytes())
        .toString();
  }

  private String sum(long messages, long bytes) {
    Money price = desk.price(signedIn.address(), messages, bytes);
    String counted = texts.of("restore.sum", messages, texts.size(bytes));
    String sum =
        desk.confirmsAlone(signedIn.address(), messages)
            ? counted + " " + texts.of("restore.alone.before")
            : counted;
    String priced =
        price.isNothing() ? sum : sum + " " + texts.of("restore.price", texts.money(price));
    return messages == 0 || plan == null
        ? priced
        : plan.quota()
            .map(now -> now.plus(bytes, messages))
            .map(after -> priced + quota(after))
            .orElse(priced);
  }

  /** Nothing where nothing limits it. */
  private String quota(Quota after) {
    String text = "";
    if (after.mostBytes() > 0) {
      text = texts.of("restore.quota", texts.size(after.bytes()), texts.size(after.mostBytes()));
    } else if (after.mostMessages() > 0) {
      text = texts.of("restore.quota.messages", after.messages(), after.mostMessages());
    }
    return text.isEmpty() ? "" : " " + (after.exceeded() ? over(text) : text);
  }

  private String over(String text) {
    return texts.of("restore.quota.over", text);
  }

  /** Whether the mailbox may not hold what would come back, without what was only moved. */
  public boolean isOverQuota() {
    return plan != null && plan.exceedsQuota();
  }

  /** Where it goes that is not to mix with what is there. */
  public String getSeparateFolder() {
    return texts.of("restore.folder.name", dayBar.getName());
  }

  private String day(Optional<SnapshotName> name) {
    return name.map(found -> texts.day(found.date()) + ", " + texts.time(found.time())).orElse("");
  }

  private Missing missing() {
    return known().missing();
  }
}
