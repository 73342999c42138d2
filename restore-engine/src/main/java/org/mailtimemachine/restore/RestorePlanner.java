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
import org.mailtimemachine.mailstore.posix.FileName;
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
    if (!store.snapshots(request.mailbox()).contains(request.snapshot())) {
      throw new RestoreException(
          Hindrance.SNAPSHOT_GONE,
          "%s has no snapshot %s".formatted(request.mailbox(), request.snapshot()));
    }
    try (LiveMailbox mailbox = mail.open(into)) {
      return plan(request, into, mailbox.look(List.of()));
    }
  }

  /** The same without its quota, where the live Mailbox was looked at already. */
  RestorePlan plan(RestoreRequest request, MailboxAddress into, LiveView live) throws IOException {
    Manifest manifest = store.manifest(request.mailbox(), request.snapshot());
    try (KeptContent kept = new KeptContent(store, request.mailbox());
        Whereabouts whereabouts = live.compare(kept)) {
      return new Planning(request, into, whereabouts, clock.instant())
          .plan(manifest, wanted(manifest, request.scope()));
    }
  }

  private static List<ManifestFolder> wanted(Manifest manifest, RestoreScope scope)
      throws RestoreException {
    Set<FolderName> names =
        switch (scope) {
          case RestoreScope.WholeMailbox _ -> null;
          case RestoreScope.Folders folders -> folders.names();
          case RestoreScope.Messages messages -> messages.poolNames().keySet();
        };
    if (names == null) {
      return manifest.folders();
    }
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
      return new RestorePlan(
          request.id(),
          request.mailbox(),
          request.snapshot(),
          into,
          request.target(),
          request.moved(),
          now,
          Optional.empty(),
          folders);
    }

    private PlannedFolder plan(ManifestFolder folder, Listing listing) throws IOException {
      Optional<String> below =
          request.target() == RestoreRequest.Target.ORIGINAL_FOLDERS
              ? Optional.empty()
              : Optional.of("Restored " + request.snapshot().text());
      List<FileName> path = live.path(folder, below);
      live.at(folder, path);
      SortedMap<FolderName, Long> moved = new TreeMap<>();
      List<ListedMessage> missing = new ArrayList<>();
      Set<String> planned = new HashSet<>();
      long present = 0;
      for (ListedMessage message : listing.messages()) {
        if (!wanted(folder, message)) {
          continue;
        }
        Optional<Whereabouts.Place> place = live.find(message, request.moved());
        if (place.isPresent() && place.get().home()) {
          present++;
          continue;
        }
        if (place.isPresent() && !request.moved()) {
          moved.merge(place.get().folder(), 1L, Long::sum);
          continue;
        }
        // A Message that the Folder had twice, by two names of one file, comes back once.
        if (planned.add(message.poolName())) {
          missing.add(message);
        }
      }
      missing.sort(Comparator.comparing(ListedMessage::internalDate));
      return new PlannedFolder(
          folder.name(),
          path,
          (!missing.isEmpty() || wantedEmpty(listing)) && !live.has(path),
          missing.stream().map(message -> planned(message, listing)).toList(),
          present,
          moved,
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

    /** A name that no message has, or had. */
    private String baseName(ListedMessage message) {
      MessageFileName was = MessageFileName.of(FileName.ofEncoded(message.baseName()));
      String unique =
          "%d.M%06dR%sQ%d.restored"
              .formatted(
                  now.getEpochSecond(),
                  now.getNano() / 1000,
                  request.id().toString().replace("-", "").substring(0, 16),
                  ++sequence);
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
