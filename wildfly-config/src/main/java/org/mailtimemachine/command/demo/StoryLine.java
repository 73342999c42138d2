package org.mailtimemachine.command.demo;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Turns the story into the actions that happen in each Mailbox, in the order of time. */
final class StoryLine {

  private static final String SENT = "/sent";
  private static final LocalTime WAKING = LocalTime.of(7, 30);

  private final Story story;
  private final Wording wording;
  private final MessageComposer composer;
  private final long seed;
  private final Map<String, DemoMaildir> mailboxes;
  private final List<Action> actions = new ArrayList<>();

  /**
   * Starts a story line.
   *
   * @param mailboxes by local part
   */
  StoryLine(Story story, Wording wording, long seed, Map<String, DemoMaildir> mailboxes) {
    this.story = story;
    this.wording = wording;
    this.composer = new MessageComposer(story, wording, seed);
    this.seed = seed;
    this.mailboxes = mailboxes;
  }

  /** All that happens, the oldest first. */
  List<Action> actions() {
    for (StoryMessage message : story.messages()) {
      story.userOf(message.sender().address()).ifPresent(author -> write(message, author));
      if (!message.note("folder").orElse("").equals("Drafts")) {
        recipients(message).forEach(recipient -> deliver(message, recipient));
      }
    }
    for (Mistake mistake : story.mistakes()) {
      String target = wording.filled(mistake.target(), Locale.ROOT);
      act(mistake.at(), mistake.user(), (box, when) -> happen(mistake.kind(), target, box, when));
    }
    return actions.stream().sorted().toList();
  }

  private static void happen(Mistake.Kind kind, String target, DemoMaildir mailbox, Instant when)
      throws IOException {
    switch (kind) {
      case DELETE_FOLDER -> mailbox.deleteFolder(target, when);
      case EMPTY -> mailbox.empty(target, when);
      case EXPUNGE -> mailbox.expunge(target, when);
    }
  }

  private List<DemoUser> recipients(StoryMessage message) {
    Optional<String> envelope = message.note("rcpt");
    String to = envelope.orElse(message.header("To") + "," + message.header("Cc"));
    return Person.listOf(to).stream()
        .map(person -> story.userOf(person.address()))
        .flatMap(Optional::stream)
        .distinct()
        .toList();
  }

  /** The author's own copy, and what writing it does to the message that it answers. */
  private void write(StoryMessage message, DemoUser author) {
    ZonedDateTime sent = composer.sentAt(message);
    boolean draft = message.note("folder").orElse("").equals("Drafts");
    String folder = draft ? "Drafts" : "Sent";
    String key = message.id() + SENT;
    byte[] content = composer.written(message);
    String user = author.localPart();
    act(
        sent.toInstant(),
        user,
        (mailbox, when) -> mailbox.append(key, folder, content, when, draft ? "DS" : "S"));
    if (!draft) {
      message.note("reply").ifPresent(id -> mark(user, id, "RS", sent));
      message.note("forward").ifPresent(id -> mark(user, id, "PS", sent));
    }
    boolean toSelf = recipients(message).contains(author);
    if (!toSelf) {
      deeds(message, user, key, sent);
    }
  }

  private void mark(String user, String id, String flags, ZonedDateTime when) {
    act(when.toInstant(), user, (mailbox, instant) -> mailbox.setFlags(id, flags, instant));
  }

  private void deliver(StoryMessage message, DemoUser recipient) {
    ZonedDateTime arrival = composer.sentAt(message).plusSeconds(3);
    String folder = wording.filled(message.note("folder").orElse("INBOX"), Locale.ROOT);
    String user = recipient.localPart();
    String id = message.id();
    byte[] content = composer.delivered(message, recipient.address());
    act(arrival.toInstant(), user, (mailbox, when) -> mailbox.deliver(id, folder, content, when));
    ZonedDateTime read = readAt(message, recipient, arrival);
    boolean unread = folder.equals("Junk") || has(message, user, Deed.Kind.UNREAD);
    act(read.toInstant(), user, (mailbox, when) -> mailbox.openFolderOf(id, when));
    if (!unread) {
      mark(user, id, "S", read.plusSeconds(4));
    }
    deeds(message, user, id, read.plusSeconds(30));
  }

  /** Some while after it came, when people are awake, and before they answered it. */
  private ZonedDateTime readAt(StoryMessage message, DemoUser reader, ZonedDateTime arrival) {
    Optional<Moment> told =
        message.deeds().getOrDefault(reader.localPart(), List.of()).stream()
            .filter(deed -> deed.kind() == Deed.Kind.READ)
            .findFirst()
            .flatMap(Deed::when);
    if (told.isPresent()) {
      return told.get().on(wording.today()).atZone(wording.zone());
    }
    SplittableRandom random = random(message.id(), reader.localPart());
    ZonedDateTime read = arrival.plusMinutes(5 + random.nextInt(140));
    if (read.toLocalTime().isBefore(WAKING)) {
      read = read.with(WAKING).plusMinutes(random.nextInt(60));
    }
    for (StoryMessage other : story.messages()) {
      boolean answers = other.note("reply").filter(message.id()::equals).isPresent();
      if (answers && other.sender().address().equals(reader.address())) {
        ZonedDateTime latest = composer.sentAt(other).minusSeconds(90);
        read = read.isAfter(latest) ? latest : read;
      }
    }
    return read.isBefore(arrival) ? arrival.plusSeconds(10) : read;
  }

  private void deeds(StoryMessage message, String user, String key, ZonedDateTime from) {
    SplittableRandom random = random(message.id(), user + " deeds");
    ZonedDateTime next = from;
    for (Deed deed : message.deeds().getOrDefault(user, List.of())) {
      next = next.plus(Duration.ofSeconds(20 + random.nextInt(400)));
      ZonedDateTime when =
          deed.when().map(m -> m.on(wording.today()).atZone(wording.zone())).orElse(next);
      String argument = wording.filled(deed.argument(), Locale.ROOT);
      act(
          when.toInstant(),
          user,
          (mailbox, instant) -> doDeed(deed, argument, mailbox, key, instant));
    }
  }

  private static void doDeed(
      Deed deed, String argument, DemoMaildir mailbox, String key, Instant when)
      throws IOException {
    switch (deed.kind()) {
      case UNREAD -> {}
      case READ -> mailbox.setFlags(key, "S", when);
      case FLAG -> mailbox.setFlags(key, "F", when);
      case UNFLAG -> mailbox.clearFlag(key, 'F', when);
      case LABEL -> mailbox.label(key, argument, when);
      case FORWARDED -> mailbox.setFlags(key, "P", when);
      case FILE -> mailbox.move(key, argument, when);
      case COPY -> mailbox.copy(key, argument, when);
      case TRASH -> mailbox.move(key, "Trash", when);
      case EXPUNGE -> mailbox.expunge(key, when);
    }
  }

  private static boolean has(StoryMessage message, String user, Deed.Kind kind) {
    return message.deeds().getOrDefault(user, List.of()).stream()
        .anyMatch(deed -> deed.kind() == kind);
  }

  private void act(Moment moment, String user, Action.Step step) {
    act(moment.on(wording.today()).atZone(wording.zone()).toInstant(), user, step);
  }

  private void act(Instant when, String user, Action.Step step) {
    DemoMaildir mailbox = mailboxes.get(user);
    if (mailbox == null) {
      throw new IllegalArgumentException("no such user in the story: " + user);
    }
    actions.add(new Action(when, mailbox, step));
  }

  private SplittableRandom random(String id, String purpose) {
    return new SplittableRandom(seed * 31 + (id + "/" + purpose).hashCode());
  }
}
