package org.mailtimemachine.admin.letters;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.stream.Stream;
import org.mailtimemachine.admin.letters.Section.Fact;
import org.mailtimemachine.admin.letters.Section.Link;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.maildir.Quota;
import org.mailtimemachine.pages.Wording;
import org.mailtimemachine.restore.PlannedFolder;
import org.mailtimemachine.restore.Receipt;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.restore.desk.Decision;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.Notice;
import org.mailtimemachine.restore.opening.Opening;
import org.mailtimemachine.restore.terms.Money;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.holds.Hold;

/** Finds the words for a {@link Notice}. Safe for use by several threads. */
final class LetterWriter {

  private static final String BUNDLE = "org.mailtimemachine.admin.letters.letters";

  /** More Folders or refused messages than so many are a number. */
  private static final int MOST_LINES = 20;

  private final LetterSettings settings;

  LetterWriter(LetterSettings settings) {
    this.settings = settings;
  }

  /**
   * What is known of a request when a letter about it is written.
   *
   * @param plan empty where it cannot be read now
   * @param receipt empty where nothing was carried out
   */
  record About(FiledRequest request, Optional<RestorePlan> plan, Optional<Receipt> receipt) {}

  /**
   * Writes a letter.
   *
   * @param toAdministrator whether an administrator reads it, or the user whose request it is
   */
  LetterText write(Notice.Kind kind, About about, boolean toAdministrator, Locale language) {
    return new Sheet(about, toAdministrator, language).write(kind);
  }

  /** Writes to an administrator of the host that a legal hold was lifted, by whom and why. */
  LetterText holdLifted(Hold hold, Locale language) {
    Wording words = words(language);
    List<Section> sections = new ArrayList<>();
    sections.add(new Section.Sentence(words.of("hold_lifted.administrator", hold.subject())));
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact(words.of("fact.hold"), hold.subject()));
    facts.add(new Fact(words.of("fact.hold.placed"), hold.who()));
    facts.add(new Fact(words.of("fact.hold.since"), words.moment(hold.since())));
    hold.lifted()
        .ifPresent(
            lifted -> {
              facts.add(new Fact(words.of("fact.hold.lifted"), lifted.who()));
              facts.add(new Fact(words.of("fact.hold.at"), words.moment(lifted.when())));
            });
    sections.add(new Section.Facts(facts));
    sections.add(new Section.Quote(words.of("quote.hold"), hold.reason()));
    hold.lifted()
        .ifPresent(
            lifted -> sections.add(new Section.Quote(words.of("quote.lifted"), lifted.reason())));
    settings
        .console()
        .ifPresent(
            url ->
                sections.add(
                    new Section.Links(
                        List.of(new Link(words.of("link.holds"), url.resolve("holds.xhtml"))))));
    sections.add(new Section.Sentence(words.of("footer")));
    return new LetterText(
        words.of("subject.hold_lifted.administrator", hold.subject()), words.locale(), sections);
  }

  /** For the administrators of the host: nothing of the message, nor which one it was. */
  LetterText messageOpenedForHost(Opening opening, Locale language) {
    Wording words = words(language);
    List<Section> sections = new ArrayList<>();
    sections.add(new Section.Sentence(words.of("message_opened.administrator")));
    sections.add(
        new Section.Facts(
            List.of(
                new Fact(words.of("fact.opened.by"), opening.who()),
                new Fact(words.of("fact.opened.at"), words.moment(opening.when())),
                new Fact(words.of("fact.mailbox"), opening.mailbox().toString()))));
    sections.add(new Section.Quote(words.of("quote.reason"), opening.reason()));
    sections.add(new Section.Sentence(words.of("footer")));
    return new LetterText(
        words.of("subject.message_opened.administrator"), words.locale(), sections);
  }

  /** Writes to a user that an administrator has opened a message of his: who, when, which, why. */
  LetterText messageOpened(Opening opening, Locale language) {
    Wording words = words(language);
    List<Section> sections = new ArrayList<>();
    sections.add(new Section.Sentence(words.of("message_opened.user")));
    sections.add(
        new Section.Facts(
            List.of(
                new Fact(words.of("fact.opened.by"), opening.who()),
                new Fact(words.of("fact.opened.at"), words.moment(opening.when())),
                new Fact(words.of("fact.mailbox"), opening.mailbox().toString()),
                new Fact(words.of("fact.day"), day(words, opening.snapshot())),
                new Fact(words.of("fact.opened.folder"), name(words, opening.folder())),
                new Fact(words.of("fact.opened.subject"), opening.subject()),
                new Fact(words.of("fact.opened.date"), words.moment(opening.date())))));
    sections.add(new Section.Quote(words.of("quote.reason"), opening.reason()));
    sections.add(new Section.Sentence(words.of("message_opened.more")));
    settings
        .webmail()
        .ifPresent(
            webmail ->
                sections.add(
                    new Section.Links(List.of(new Link(words.of("link.webmail"), webmail)))));
    sections.add(new Section.Sentence(words.of("footer")));
    return new LetterText(words.of("subject.message_opened.user"), words.locale(), sections);
  }

  private static String day(Wording words, SnapshotName snapshot) {
    return words.day(snapshot.date()) + ", " + words.time(snapshot.time());
  }

  private static String name(Wording words, FolderName folder) {
    return folder.equals(FolderName.INBOX) ? words.of("folder.inbox") : folder.text();
  }

  private Wording words(Locale language) {
    return new Wording(ResourceBundle.getBundle(BUNDLE, language), language, settings.zone());
  }

  /** One letter while it is written. */
  private final class Sheet {
    private final About about;
    private final FiledRequest request;
    private final boolean toAdministrator;
    private final Wording words;
    private final List<Section> sections = new ArrayList<>();

    Sheet(About about, boolean toAdministrator, Locale language) {
      this.about = about;
      this.request = about.request();
      this.toAdministrator = toAdministrator;
      this.words = words(language);
    }

    LetterText write(Notice.Kind kind) {
      String reader = toAdministrator ? ".administrator" : ".user";
      String key = kind.name().toLowerCase(Locale.ROOT) + (partly(kind) ? ".partly" : "") + reader;
      sections.add(new Section.Sentence(say(key)));
      request.decision().map(Decision::reason).ifPresent(reason -> quote("quote.decision", reason));
      if (kind == Notice.Kind.FAILED || kind == Notice.Kind.HINDERED) {
        request.hindrance().ifPresent(why -> quote("quote.problem", words.of("problem." + why)));
      }
      if (kind == Notice.Kind.DONE
          || kind == Notice.Kind.FAILED
          || kind == Notice.Kind.TAKEN_BACK) {
        receipt();
      } else {
        plan();
      }
      if (toAdministrator) {
        quote("quote.reason", request.reason());
      }
      links(kind);
      sections.add(new Section.Sentence(words.of("footer")));
      return new LetterText(
          words.of("subject." + key, request.mailbox().toString()), words.locale(), sections);
    }

    /** Whether it was carried out, and not all could be put back: that is no good news. */
    private boolean partly(Notice.Kind kind) {
      return kind == Notice.Kind.DONE
          && request.outcome().filter(outcome -> outcome.refused() > 0).isPresent();
    }

    /** A sentence about the request: mailbox, day, time limit. */
    private String say(String key) {
      return words.of(key, request.mailbox().toString(), day(), words.moment(request.until()));
    }

    private String day() {
      return LetterWriter.day(words, request.snapshot());
    }

    private void quote(String heading, String text) {
      if (!text.isBlank()) {
        sections.add(new Section.Quote(words.of(heading), text));
      }
    }

    private void plan() {
      List<Fact> facts = new ArrayList<>();
      facts.add(fact("fact.mailbox", request.mailbox().toString()));
      facts.add(fact("fact.asked", words.of("asked." + request.asked().name())));
      facts.add(fact("fact.day", day()));
      facts.add(fact("fact.target", words.of(target())));
      facts.add(
          fact(
              "fact.add",
              words.of(
                  "number.size", request.plan().messages(), words.size(request.plan().bytes()))));
      facts.add(fact("fact.present", words.of("number", request.plan().present())));
      if (!request.moved()) {
        facts.add(fact("fact.moved", words.of("number", request.plan().moved())));
      }
      if (!request.plan().price().isNothing()) {
        facts.add(fact("fact.price", price()));
      }
      request.first().ifPresent(first -> facts.add(fact("fact.first", first.who())));
      if (toAdministrator) {
        facts.add(fact("fact.quota", quota(about.plan().flatMap(RestorePlan::quotaAfter))));
        facts.add(fact("fact.until", words.moment(request.until())));
      }
      sections.add(new Section.Facts(facts));
      about.plan().ifPresent(this::folders);
    }

    private String target() {
      return request.target() == RestoreRequest.Target.BELOW_RESTORED
          ? "target.below"
          // No folder was ever theirs: they come where they would have been delivered.
          : request.asked() == FiledRequest.Asked.COPIES ? "target.inbox" : "target.original";
    }

    private String quota(Optional<Quota> quota) {
      return quota
          .map(
              after ->
                  words.quota(
                      after.bytes(), after.mostBytes(), after.messages(), after.mostMessages()))
          .orElseGet(() -> words.of("quota.unknown"));
    }

    /** What its user pays; empty where it costs nothing. */
    private Optional<Fact> charged() {
      return Optional.of(request)
          .filter(each -> each.owed() && !each.plan().price().isNothing())
          .map(_ -> fact("fact.charged", price()));
    }

    private String price() {
      Money price = request.cost();
      return words.money(price.amount(), price.currency());
    }

    private void folders(RestorePlan plan) {
      List<String> lines =
          plan.folders().stream()
              .filter(folder -> !folder.messages().isEmpty())
              .map(folder -> line(folder, folder.messages().size()))
              .toList();
      lines("heading.folders", lines);
    }

    private String line(PlannedFolder folder, long messages) {
      return words.of("line.folder", name(folder.name()), messages);
    }

    private String name(FolderName folder) {
      return LetterWriter.name(words, folder);
    }

    private void receipt() {
      request
          .outcome()
          .ifPresent(
              outcome ->
                  sections.add(
                      new Section.Facts(
                          Stream.of(
                                  Stream.of(
                                      fact("fact.day", day()),
                                      fact("fact.added", words.of("number", outcome.added())),
                                      fact("fact.there", words.of("number", outcome.there())),
                                      fact("fact.refused", words.of("number", outcome.refused()))),
                                  charged().stream())
                              .flatMap(each -> each)
                              .toList())));
      if (about.plan().isPresent() && about.receipt().isPresent()) {
        receipt(about.plan().get(), about.receipt().get());
      }
    }

    private void receipt(RestorePlan plan, Receipt receipt) {
      Map<Integer, Long> added = new HashMap<>();
      Map<String, Long> refused = new LinkedHashMap<>();
      for (Receipt.Entry entry : receipt.entries()) {
        if (entry.outcome() == Receipt.Outcome.ADDED) {
          added.merge(entry.folder(), 1L, Long::sum);
        } else if (entry.outcome() == Receipt.Outcome.REFUSED) {
          refused.merge(refusal(plan, entry), 1L, Long::sum);
        }
      }
      lines(
          "heading.added",
          added.entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(each -> line(plan.folders().get(each.getKey()), each.getValue()))
              .toList());
      lines(
          "heading.refused",
          refused.entrySet().stream()
              .map(
                  each ->
                      each.getValue() == 1
                          ? each.getKey()
                          : words.of("reason.lines", each.getKey(), each.getValue()))
              .toList());
      lines("heading.notes", receipt.notes().stream().map(this::note).toList());
    }

    private String refusal(RestorePlan plan, Receipt.Entry entry) {
      String reason = words.of("reason." + entry.reason().orElse(Receipt.Reason.OTHER));
      return words.of(
          "line.refused",
          name(plan.folders().get(entry.folder()).name()),
          entry
              .otherDay()
              .map(day -> words.of("reason.whole", reason, LetterWriter.day(words, day)))
              .orElse(reason));
    }

    private String note(Receipt.Note note) {
      return words.of("note." + note.kind(), name(note.folder()), note.what());
    }

    private void lines(String heading, List<String> lines) {
      if (lines.isEmpty()) {
        return;
      }
      List<String> shown = new ArrayList<>(lines.subList(0, Math.min(MOST_LINES, lines.size())));
      if (lines.size() > MOST_LINES) {
        shown.add(words.of("line.more", lines.size() - MOST_LINES));
      }
      sections.add(new Section.Lines(words.of(heading), shown));
    }

    private void links(Notice.Kind kind) {
      if (!toAdministrator) {
        settings
            .webmail()
            .ifPresent(webmail -> sections.add(links(new Link(words.of("link.webmail"), webmail))));
        return;
      }
      Optional<URI> page =
          settings.console().map(url -> url.resolve("request.xhtml?id=" + request.id()));
      if (page.isEmpty()) {
        return;
      }
      URI at = page.get();
      sections.add(
          kind == Notice.Kind.REQUESTED || kind == Notice.Kind.FIRST_CONFIRMED
              ? links(
                  new Link(words.of("link.confirm"), URI.create(at + "&do=confirm")),
                  new Link(words.of("link.reject"), URI.create(at + "&do=reject")))
              : links(new Link(words.of("link.request"), at)));
      if (kind == Notice.Kind.REQUESTED || kind == Notice.Kind.FIRST_CONFIRMED) {
        sections.add(new Section.Sentence(words.of("link.hint")));
      }
    }

    private static Section links(Link... links) {
      return new Section.Links(List.of(links));
    }

    private Fact fact(String key, String value) {
      return new Fact(words.of(key), value);
    }
  }
}
