package org.mailtimemachine.web.mailbox;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.desk.Decision;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.Outcome;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.restore.terms.Money;

/** One of the user's requests, in words. What it names comes from mail and is written escaped. */
public final class OwnRequest {

  private final FiledRequest filed;
  private final String named;
  private final List<String> left;
  private final Texts texts;

  /**
   * Puts a request into words.
   *
   * @param named its messages or Folders by name; empty where that is not known
   * @param left what its take-back left, and why
   */
  OwnRequest(FiledRequest filed, String named, List<String> left, Texts texts) {
    this.filed = filed;
    this.named = named;
    this.left = left;
    this.texts = texts;
  }

  public String getId() {
    return filed.id().toString();
  }

  /** For the style: the state's name in small letters. */
  public String getStyle() {
    return word(filed.state());
  }

  public String getState() {
    return texts.of("requests.state." + word(filed.state()));
  }

  /** As {@code The whole mailbox as on Saturday 14 November 2026, 00:00}. */
  public String getWhat() {
    return texts.of(
        "requests.what." + word(filed.asked()),
        texts.day(filed.snapshot().date()) + ", " + texts.time(filed.snapshot().time()));
  }

  /** Which messages, or which Folders; empty where that is not known. */
  public String getNamed() {
    return named;
  }

  /** Where the messages go. */
  public String getTarget() {
    return switch (filed.target()) {
      case ORIGINAL_FOLDERS ->
          texts.of(
              filed.asked() == FiledRequest.Asked.COPIES
                  ? "restore.where.inbox"
                  : "restore.where.original");
      case BELOW_RESTORED ->
          texts.of(
              "restore.where.separate", texts.of("restore.folder.name", filed.snapshot().text()));
    };
  }

  /** What the user wrote about it; empty where that is nothing. */
  public String getReason() {
    return filed.reason().isEmpty() ? "" : texts.of("requests.said", filed.reason());
  }

  /** How much it is, and when it was asked for. */
  public String getPlan() {
    String plan =
        texts.of(
            "requests.plan",
            filed.plan().messages(),
            texts.size(filed.plan().bytes()),
            texts.moment(filed.requestedAt()));
    Money price = filed.cost();
    return price.isNothing() ? plan : texts.of("requests.price", plan, texts.money(price));
  }

  /** What is to come, or has come of it; null where the state says it all. */
  public @Nullable String getNote() {
    return switch (filed.state()) {
      case DRAFT, WITHDRAWN -> null;
      case PENDING -> texts.of("restore.until", texts.moment(filed.until()));
      case CONFIRMED -> texts.of(filed.problem().isEmpty() ? "requests.soon" : "requests.hindered");
      case STOPPED -> texts.of("requests.stopped");
      case LAPSED -> texts.of("requests.lapsed", texts.moment(filed.until()));
      case REJECTED ->
          filed
              .decision()
              .map(Decision::reason)
              .filter(reason -> !reason.isEmpty())
              .map(reason -> texts.of("requests.reason", reason))
              .orElse(null);
      case DONE, FAILED, TAKEN_BACK -> filed.outcome().map(this::outcome).orElse(null);
    };
  }

  private String outcome(Outcome outcome) {
    StringBuilder text = new StringBuilder(texts.of("requests.added", outcome.added()));
    add(text, "requests.there", outcome.there());
    add(text, "requests.refused", outcome.refused());
    add(text, "requests.back", outcome.takenBack());
    return text.toString();
  }

  private void add(StringBuilder text, String key, long messages) {
    if (messages > 0) {
      text.append(' ').append(texts.of(key, messages));
    }
  }

  /** What a take-back has left where it is, and why: a line for each reason. */
  public List<String> getLeft() {
    return left;
  }

  public boolean isWithdrawable() {
    return filed.state() == RequestState.PENDING;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
