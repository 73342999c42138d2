package org.mailtimemachine.web.mailbox;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.mime.MessageReader;
import org.mailtimemachine.restore.LeftAlone;
import org.mailtimemachine.restore.PlannedFolder;
import org.mailtimemachine.restore.PlannedMessage;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.RestoreStatus;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.RequestRefusedException;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.restore.desk.RestoreDesk;
import org.mailtimemachine.snapshot.SnapshotStore.StoredMessage;

/**
 * What the user's own requests are about, by name: their plans lie in the Store, with the messages,
 * whose subjects are read there. Names are a help and no more: without a plan, or where one page
 * would have to read too much, there are none.
 */
@RequestScoped
class RequestedNames {

  private static final System.Logger LOG = System.getLogger(RequestedNames.class.getName());

  /** Messages in all plans that are read for one page. */
  private static final long MOST_PLANNED = 20_000;

  /** So many subjects or Folders are named, and the others counted. */
  private static final int NAMED = 3;

  @Inject private RestoreDesk desk;
  @Inject private Texts texts;

  private long planned;

  /** As {@code “Lunch?”, “The roof” and 3 more · Inbox}; empty where it is not known. */
  String of(FiledRequest filed) {
    planned += filed.plan().messages();
    if (filed.asked() == FiledRequest.Asked.MAILBOX || planned > MOST_PLANNED) {
      return "";
    }
    try {
      RestorePlan plan = desk.planOf(filed.id());
      List<PlannedFolder> folders =
          plan.folders().stream()
              .filter(folder -> folder.make() || !folder.messages().isEmpty())
              .toList();
      String names =
          list(
              folders.stream().limit(NAMED).map(folder -> texts.folder(folder.name())).toList(),
              folders.size());
      if (filed.asked() == FiledRequest.Asked.FOLDERS) {
        return names;
      }
      List<String> subjects =
          subjects(plan, plan.folders().stream().flatMap(folder -> folder.messages().stream()));
      return subjects.isEmpty()
          ? names
          : texts.of("requests.named.in", list(subjects, plan.messages()), names);
    } catch (IOException | RequestRefusedException e) {
      LOG.log(System.Logger.Level.DEBUG, () -> "the plan of request " + filed.id(), e);
      return "";
    }
  }

  /** What a take-back has left, and why: a line for each reason. */
  List<String> left(FiledRequest filed) {
    if (filed.state() != RequestState.TAKEN_BACK) {
      return List.of();
    }
    try {
      Optional<RestoreStatus> job = desk.job(filed.id());
      if (job.isEmpty()) {
        return List.of();
      }
      RestorePlan plan = job.get().plan();
      Map<LeftAlone.Why, List<PlannedMessage>> byWhy = new EnumMap<>(LeftAlone.Why.class);
      for (LeftAlone left : job.get().leftAlone()) {
        byWhy
            .computeIfAbsent(left.why(), _ -> new ArrayList<>())
            .add(plan.folders().get(left.entry().folder()).messages().get(left.entry().message()));
      }
      List<String> lines = new ArrayList<>();
      for (Map.Entry<LeftAlone.Why, List<PlannedMessage>> each : byWhy.entrySet()) {
        List<PlannedMessage> messages = each.getValue();
        List<String> subjects = subjects(plan, messages.stream());
        lines.add(
            texts.of(
                "requests.left." + each.getKey().name().toLowerCase(Locale.ROOT),
                messages.size(),
                subjects.isEmpty()
                    ? ""
                    : texts.of("requests.left.names", list(subjects, messages.size()))));
      }
      return lines;
    } catch (IOException | RequestRefusedException e) {
      LOG.log(System.Logger.Level.DEBUG, () -> "the receipt of request " + filed.id(), e);
      return List.of();
    }
  }

  private List<String> subjects(RestorePlan plan, Stream<PlannedMessage> of)
      throws RequestRefusedException {
    List<String> subjects = new ArrayList<>();
    for (PlannedMessage message : of.limit(NAMED).toList()) {
      try {
        subjects.add(subject(plan, message));
      } catch (IOException e) { // a request that came to nothing keeps no copies
        LOG.log(System.Logger.Level.DEBUG, () -> "a message of request " + plan.id(), e);
        return subjects;
      }
    }
    return subjects;
  }

  private String subject(RestorePlan plan, PlannedMessage message)
      throws IOException, RequestRefusedException {
    try (StoredMessage stored = desk.message(plan, message)) {
      String subject = new MessageReader().summary(stored).subject();
      return texts.of(
          "requests.named", subject.isBlank() ? texts.of("message.noSubject") : subject);
    }
  }

  private String list(List<String> names, long all) {
    String listed = String.join(", ", names);
    return all > names.size()
        ? texts.of("requests.named.more", listed, all - names.size())
        : listed;
  }
}
