package org.mailtimemachine.restore;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.mailstore.maildir.MessageFileName;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.Manifest;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/**
 * Finds out what is missing: a Message of the Snapshot that is neither in its Folder of the live
 * Mailbox nor in another one other than Trash and Junk. Changes nothing. Safe for use by several
 * threads.
 */
public final class RestorePlanner {

  private final Store store;
  private final LiveMail mail;
  private final InstantSource clock;

  /**
   * @param mail where the live Mailboxes are: Maildirs on this machine
   */
  public RestorePlanner(Store store, MailboxSettings mail, InstantSource clock) {
    this(store, LiveMail.onDisk(mail, clock), clock);
  }

  /**
   * @param mail the live mail
   */
  public RestorePlanner(Store store, LiveMail mail, InstantSource clock) {
    this.store = store;
    this.mail = mail;
    this.clock = clock;
  }

  /**
   * Plans a restore.
   *
   * @throws RestoreException where the Mailbox is not on the host, or has no such Snapshot or
   *     Folder
   * @throws IOException where the Snapshot or the live Mailbox cannot be read
   */
  public RestorePlan plan(RestoreRequest request) throws IOException {
    return plan(request, request.mailbox());
  }

  /**
   * The same, into the live mail of another Mailbox: what that one has is there, whoever it came
   * from.
   */
  public RestorePlan plan(RestoreRequest request, MailboxAddress into) throws IOException {
    return withQuota(withoutQuota(request, into));
  }

  /** Adds what the Mailbox holds and may hold: whoever is asked for that may take his time. */
  public RestorePlan withQuota(RestorePlan plan) throws IOException {
    try (LiveMailbox mailbox = mail.open(plan.into())) {
      return plan.with(mailbox.quota());
    }
  }

  /** A plan that does not say what the Mailbox holds and may hold. */
  public RestorePlan withoutQuota(RestoreRequest request) throws IOException {
    return withoutQuota(request, request.mailbox());
  }

  private RestorePlan withoutQuota(RestoreRequest request, MailboxAddress into) throws IOException {
    requireSnapshot(request.mailbox(), request.snapshot());
    try (LiveMailbox mailbox = mail.open(into)) {
      return plan(request, into, mailbox.look(List.of()));
    }
  }

  /** The same without its quota, where the live Mailbox was looked at already. */
  RestorePlan plan(RestoreRequest request, MailboxAddress into, LiveView live) throws IOException {
    Manifest manifest = store.manifest(request.mailbox(), request.snapshot());
    try (KeptContent kept = new KeptContent(store, request.mailbox());
        Whereabouts whereabouts = live.compare(kept)) {
      Planning planning = new Planning(request, into, whereabouts, clock.instant());
      return request.scope() instanceof RestoreScope.Copies(KeptCopies copies)
          ? planning.plan(manifest, PlainCopies.of(copies))
          : planning.plan(manifest, wanted(manifest, request.scope()));
    }
  }

  private void requireSnapshot(MailboxAddress mailbox, SnapshotName snapshot) throws IOException {
    if (!store.snapshots(mailbox).contains(snapshot)) {
      throw new RestoreException(
          Hindrance.SNAPSHOT_GONE, "%s has no snapshot %s".formatted(mailbox, snapshot));
    }
  }

  /**
   * What carrying out a plan that was accepted, and of which nothing is done, would add now;
   * without its quota.
   */
  public RestorePlan stillMissing(RestorePlan plan) throws IOException {
    requireSnapshot(plan.mailbox(), plan.snapshot());
    try (LiveMailbox mailbox = mail.open(plan.into())) {
      LiveView live = mailbox.look(List.of());
      if (!plan.ofCopies()) {
        return plan(plan.again(), plan.into(), live);
      }
      try (RestoreJob job = RestoreJob.look(store, plan.id());
          DirectoryHandle own = job.copies()) {
        return again(plan, live, JobCopies.of(own, plan));
      }
    }
  }

  /**
   * What of a plan is missing still.
   *
   * @param own the copies of its job, where it has some
   */
  RestorePlan again(RestorePlan plan, LiveView live, PlainCopies own) throws IOException {
    if (!plan.ofCopies()) {
      return plan(plan.again(), plan.into(), live);
    }
    Manifest manifest = store.manifest(plan.mailbox(), plan.snapshot());
    try (KeptContent kept = new KeptContent(store, plan.mailbox());
        Whereabouts whereabouts = live.compare(kept)) {
      return new Planning(plan.again(), plan.into(), whereabouts, clock.instant())
          .plan(manifest, own);
    }
  }

  private static List<ManifestFolder> wanted(Manifest manifest, RestoreScope scope)
      throws RestoreException {
    return switch (scope) {
      case RestoreScope.WholeMailbox _ -> manifest.folders();
      case RestoreScope.Folders folders -> wanted(manifest, folders.names());
      case RestoreScope.Messages messages -> wanted(manifest, messages.poolNames().keySet());
      case RestoreScope.Copies _ -> wanted(manifest, Set.of(FolderName.INBOX));
    };
  }

  private static List<ManifestFolder> wanted(Manifest manifest, Set<FolderName> names)
      throws RestoreException {
    for (FolderName name : names) {
      if (manifest.folder(name).isEmpty()) {
        throw new RestoreException("%s had no folder %s then".formatted(manifest.mailbox(), name));
      }
    }
    return manifest.folders().stream().filter(folder -> names.contains(folder.name())).toList();
  }

  /** One plan. */
  private final class Planning {
    private final RestoreRequest request;
    private final MailboxAddress into;
    private final Whereabouts live;
    private final Instant now;
    private int sequence;

    Planning(RestoreRequest request, MailboxAddress into, Whereabouts live, Instant now) {
      this.request = request;
      this.into = into;
      this.live = live;
      this.now = now;
    }

    RestorePlan plan(Manifest manifest, List<ManifestFolder> wanted) throws IOException {
      Map<String, Listing> listings = new HashMap<>();
      Set<String> directories = wanted.stream().map(ManifestFolder::directory).collect(toSet());
      for (ManifestFolder folder : manifest.folders()) {
        Listing listing = store.listing(request.mailbox(), folder.listing());
        live.held(folder, listing);
        if (directories.contains(folder.directory())) {
          listings.put(folder.directory(), listing);
        }
      }
      List<PlannedFolder> folders = new ArrayList<>();
      for (ManifestFolder folder : wanted) {
        folders.add(plan(folder, requireNonNull(listings.get(folder.directory()))));
      }
      return plan(folders, false);
    }

    /** Copies go where they would have come; what another Folder of then had says nothing. */
    RestorePlan plan(Manifest manifest, PlainCopies copies) throws IOException {
      ManifestFolder inbox = RestorePlanner.wanted(manifest, Set.of(FolderName.INBOX)).getFirst();
      for (ManifestFolder folder : manifest.folders()) {
        live.held(folder, store.listing(request.mailbox(), folder.listing()));
      }
      List<FileName> path = path(inbox);
      live.at(inbox, path);
      Found found = new Found();
      List<PlainCopy> missing = new ArrayList<>();
      Set<String> seen = new HashSet<>();
      copies.forEach(
          (copy, text) -> {
            // Of two that are the same, one comes back: the second run would find both there.
            if (seen.add(copy.sha256()) && (text == null || found.missing(live.find(copy, text)))) {
              missing.add(copy);
            }
          });
      missing.sort(Comparator.comparing(PlainCopy::arrived));
      PlannedFolder folder =
          new PlannedFolder(
              inbox.name(),
              path,
              !missing.isEmpty() && !live.has(path),
              missing.stream().map(this::planned).toList(),
              found.present,
              found.moved,
              false);
      return plan(List.of(folder), true);
    }

    private RestorePlan plan(List<PlannedFolder> folders, boolean ofCopies) {
      return new RestorePlan(
          request.id(),
          request.mailbox(),
          request.snapshot(),
          into,
          request.target(),
          request.moved(),
          ofCopies,
          now,
          Optional.empty(),
          folders);
    }

    private List<FileName> path(ManifestFolder folder) throws IOException {
      return live.path(
          folder,
          request.target() == RestoreRequest.Target.ORIGINAL_FOLDERS
              ? Optional.empty()
              : Optional.of(RestorePlan.below(request.snapshot())));
    }

    /** Messages of a Folder that are not added. */
    private final class Found {
      private final SortedMap<FolderName, Long> moved = new TreeMap<>();
      private long present;

      /** Counts one. @return whether it is to be added */
      boolean missing(Optional<Whereabouts.Place> place) {
        if (place.isPresent() && place.get().home()) {
          present++;
          return false;
        }
        if (place.isPresent() && !request.moved()) {
          moved.merge(place.get().folder(), 1L, Long::sum);
          return false;
        }
        return true;
      }
    }

    private PlannedFolder plan(ManifestFolder folder, Listing listing) throws IOException {
      List<FileName> path = path(folder);
      live.at(folder, path);
      Found found = new Found();
      List<ListedMessage> missing = new ArrayList<>();
      Set<String> planned = new HashSet<>();
      for (ListedMessage message : listing.messages()) {
        // A Message that the Folder had twice, by two names of one file, comes back once.
        if (wanted(folder, message)
            && found.missing(live.find(message, request.moved()))
            && planned.add(message.poolName())) {
          missing.add(message);
        }
      }
      missing.sort(Comparator.comparing(ListedMessage::internalDate));
      return new PlannedFolder(
          folder.name(),
          path,
          (!missing.isEmpty() || wantedEmpty(listing)) && !live.has(path),
          missing.stream().map(message -> planned(message, listing)).toList(),
          found.present,
          found.moved,
          folder.busy());
    }

    /**
     * Whether a Folder comes back without a message: one that was empty. One whose messages have
     * all gone elsewhere was renamed, mostly.
     */
    private boolean wantedEmpty(Listing listing) {
      return listing.messages().isEmpty()
          && request.target() == RestoreRequest.Target.ORIGINAL_FOLDERS
          && !(request.scope() instanceof RestoreScope.Messages);
    }

    private boolean wanted(ManifestFolder folder, ListedMessage message) {
      return !(request.scope() instanceof RestoreScope.Messages messages)
          || messages
              .poolNames()
              .getOrDefault(folder.name(), Set.of())
              .contains(message.poolName());
    }

    private PlannedMessage planned(ListedMessage message, Listing listing) {
      List<String> keywords =
          message
              .keywords()
              .chars()
              .mapToObj(letter -> listing.keywords().get((char) letter))
              .filter(name -> name != null)
              .distinct()
              .toList();
      return new PlannedMessage(
          message.poolName(),
          live.inode(message),
          new FileName(baseName(message)),
          new Flags(message.flags().letters().replace("T", "")),
          keywords,
          message.size(),
          message.internalDate());
    }

    /** Nobody knows whether somebody has read it. */
    private PlannedMessage planned(PlainCopy copy) {
      return new PlannedMessage(
          copy.sha256(),
          0,
          new FileName(uniqueName() + ",S=" + copy.size()),
          Flags.NONE,
          List.of(),
          copy.size(),
          copy.arrived());
    }

    /** A name that no message has, or had. */
    private String uniqueName() {
      return "%d.M%06dR%sQ%d.restored"
          .formatted(
              now.getEpochSecond(),
              now.getNano() / 1000,
              request.id().toString().replace("-", "").substring(0, 16),
              ++sequence);
    }

    private String baseName(ListedMessage message) {
      MessageFileName was = MessageFileName.of(FileName.ofEncoded(message.baseName()));
      String unique = uniqueName();
      // A wrong size makes Dovecot end the session that reads the message. S= is that on disk, and
      // not so of compressed mail: what the name said is right where it says that, and else ours.
      if (was.size().isPresent() && was.size().getAsLong() != message.size()) {
        return unique;
      }
      String sized = unique + ",S=" + message.size();
      return was.size().isPresent()
              && was.virtualSize().isPresent()
              && was.virtualSize().getAsLong() >= message.size()
          ? sized + ",W=" + was.virtualSize().getAsLong()
          : sized;
    }
  }
}
