package org.mailtimemachine.web.mailbox;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.mirror.recall.MirrorCopy;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.Presence;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.web.mailbox.MessageLife.Event;
import org.mailtimemachine.web.signin.SignedInMailbox;

/** The life of the message that is open, in words, each of them leading to its day. */
@Named("messageHistory")
@RequestScoped
public class MessageHistory {

  @Inject private Catalogue catalogue;
  @Inject private SignedInMailbox signedIn;
  @Inject private DayBar dayBar;
  @Inject private ReadingPane open;
  @Inject private MirroredPane mirrored;
  @Inject private Texts texts;

  private @Nullable List<Row> rows;

  /**
   * One line.
   *
   * @param when between which days
   * @param url the message on the day that shows it
   * @param gone whether it is bad news
   */
  public record Row(String when, String text, String url, boolean gone) {}

  /** Oldest first, without {@link #received}. */
  public List<Row> getRows() {
    if (rows == null) {
      Optional<SnapshotSummary> day = dayBar.snapshot();
      Optional<UUID> message = dayBar.place().message();
      rows = day.isEmpty() || message.isEmpty() ? List.of() : rows(day.get().name(), message.get());
    }
    return rows;
  }

  private List<Row> rows(SnapshotName day, UUID message) {
    Optional<MirrorCopy> copy = open.copy();
    if (copy.isPresent()) {
      return List.of(row(copy.get(), dayBar.place().url()));
    }
    return MessageLife.of(catalogue.life(signedIn.address(), day, message)).stream()
        .map(this::row)
        .toList();
  }

  /** Where it is asked how the message came; null where no mirror knows. */
  public @Nullable String getAsk() {
    return mirrored.isOffered() && open.copy().isEmpty() && !open.trace().isEmpty()
        ? open.row()
            .map(row -> "api/v1/mirrored?day=" + dayBar.getName() + "&message=" + row.id())
            .orElse(null)
        : null;
  }

  /** How the message came, where Snapshots have it and a mirror got it: it may take long. */
  Optional<Row> received() {
    Optional<SnapshotSummary> day = dayBar.snapshot();
    Optional<CataloguedMessage> message = open.copy().isPresent() ? Optional.empty() : open.row();
    if (day.isEmpty() || message.isEmpty()) {
      return Optional.empty();
    }
    CataloguedMessage row = message.get();
    return MessageLife.of(catalogue.life(signedIn.address(), day.get().name(), row.id())).stream()
        .findFirst()
        .flatMap(
            first ->
                mirrored
                    .arrival(row, open.trace(), first.presence())
                    .map(came -> row(came, row(first).url())));
  }

  /** How it came, to the second, and in the words of its envelope. */
  private Row row(MirrorCopy copy, String url) {
    String from = copy.sender().isEmpty() ? "<>" : copy.sender();
    return new Row(
        texts.moment(copy.arrived()),
        copy.queueId().isEmpty()
            ? texts.of("life.received", from)
            : texts.of("life.received.as", from, copy.queueId()),
        url,
        false);
  }

  private Row row(Event event) {
    Presence shown = event.presence();
    boolean gone = event.what() == MessageLife.What.GONE;
    SnapshotName day = gone ? shown.last() : event.to();
    return new Row(
        when(event),
        text(event),
        dayBar
            .place()
            .withFolder(shown.folder())
            .withGone(false)
            .withMessage(shown.message())
            .withDay(day)
            .url(),
        gone);
  }

  private String when(Event event) {
    boolean atOneTime =
        event.what() == MessageLife.What.THERE || event.what() == MessageLife.What.STILL;
    return atOneTime || event.from().isEmpty()
        ? day(event.to())
        : texts.of("life.between", day(event.from().get()), day(event.to()));
  }

  /** A nightly Snapshot is of midnight, so the day alone says it. */
  private String day(SnapshotName name) {
    String day = texts.shortDay(name.date());
    return name.nightly() ? day : day + " " + texts.time(name.time());
  }

  private String text(Event event) {
    String folder = texts.folder(event.presence().folderName());
    return switch (event.what()) {
      case THERE -> texts.of("life.there", folder);
      case ARRIVED -> texts.of("life.arrived", folder);
      case BACK -> texts.of("life.back", folder);
      case MOVED ->
          texts.of("life.moved", texts.folder(event.other().orElseThrow().folderName()), folder);
      case COPIED -> texts.of("life.copied", folder);
      case MARKED -> marks(event.other().orElseThrow(), event.presence());
      case GONE -> texts.of("life.gone", folder);
      case STILL -> texts.of("life.still", folder);
    };
  }

  private String marks(Presence before, Presence now) {
    return marks(before.flags(), before.keywords(), now.flags(), now.keywords());
  }

  /** How a message is marked now and was not before, in words. */
  String marks(CataloguedMessage before, CataloguedMessage now) {
    return marks(before.flags(), before.keywords(), now.flags(), now.keywords());
  }

  private String marks(Flags before, List<String> labels, Flags now, List<String> labelsNow) {
    List<String> words = new ArrayList<>();
    MessageLife.marks(before, now).forEach(key -> words.add(texts.of(key)));
    labelsNow.stream()
        .filter(keyword -> !labels.contains(keyword))
        .forEach(keyword -> words.add(texts.of("life.label", texts.label(keyword))));
    labels.stream()
        .filter(keyword -> !labelsNow.contains(keyword))
        .forEach(keyword -> words.add(texts.of("life.not.label", texts.label(keyword))));
    return words.isEmpty() ? texts.of("life.marked") : String.join(", ", words);
  }
}
