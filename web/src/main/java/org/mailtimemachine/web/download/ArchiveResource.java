package org.mailtimemachine.web.download;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.MessagePage;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;
import org.mailtimemachine.web.message.DownloadName;
import org.mailtimemachine.web.message.IndexedSnapshot;
import org.mailtimemachine.web.message.MessageOpener;
import org.mailtimemachine.web.message.OpenedMessage;
import org.mailtimemachine.web.signin.SignedInMailbox;

/**
 * Many messages as one file, made while it is sent: a page of rows and one message are in memory,
 * whatever the size of the Folder.
 */
@RequestScoped
@Path("snapshots")
public class ArchiveResource {

  private static final System.Logger LOG = System.getLogger(ArchiveResource.class.getName());

  private static final int MOST_NAMED = 1_000;

  @Inject private Catalogue catalogue;
  @Inject private MessageOpener messages;
  @Inject private SignedInMailbox signedIn;

  /**
   * All Folders of a Snapshot.
   *
   * @param format {@code mbox} (one for each Folder, in a zip), {@code eml} (a zip of files) or
   *     {@code maildir} (a zip of a Maildir++ tree)
   */
  @GET
  @Path("{snapshot}/archive")
  public Response day(
      @PathParam("snapshot") SnapshotName snapshot, @QueryParam("format") @Nullable String format) {
    ArchiveFormat wanted = format(format);
    IndexedSnapshot.require(catalogue, signedIn.address(), snapshot);
    List<FolderSummary> folders =
        catalogue.folders(signedIn.address(), snapshot).stream()
            .sorted((a, b) -> a.name().compareTo(b.name()))
            .toList();
    String name = signedIn.address() + " " + snapshot;
    return archive(snapshot, folders, "", wanted, true, name);
  }

  /**
   * One Folder.
   *
   * @param text only messages that have this in subject, sender or recipients; empty for all
   */
  @GET
  @Path("{snapshot}/folders/{folder}/archive")
  public Response folder(
      @PathParam("snapshot") SnapshotName snapshot,
      @PathParam("folder") UUID folder,
      @QueryParam("format") @Nullable String format,
      @QueryParam("q") @Nullable String text) {
    ArchiveFormat wanted = format(format);
    IndexedSnapshot.require(catalogue, signedIn.address(), snapshot);
    FolderSummary found =
        catalogue.folders(signedIn.address(), snapshot).stream()
            .filter(candidate -> candidate.id().equals(folder))
            .findFirst()
            .orElseThrow(NotFoundException::new);
    String searched = text == null ? "" : text.strip();
    String name = found.name().text().replace("/", " - ") + " " + snapshot;
    return archive(snapshot, List.of(found), searched, wanted, false, name);
  }

  private static ArchiveFormat format(@Nullable String word) {
    return ArchiveFormat.of(word)
        .orElseThrow(() -> new BadRequestException("format must be mbox, eml or maildir"));
  }

  private Response archive(
      SnapshotName snapshot,
      List<FolderSummary> folders,
      String text,
      ArchiveFormat format,
      boolean several,
      String name) {
    Contents contents = new Contents(catalogue, messages, signedIn.address(), snapshot, text);
    Instant time = contents.takenAt();
    StreamingOutput written =
        out -> {
          try (Archive archive = format.begin(out, several, time)) {
            contents.write(folders, archive);
          }
        };
    return Response.ok(written)
        .header(HttpHeaders.CONTENT_TYPE, format.mediaType(several))
        .header(
            HttpHeaders.CONTENT_DISPOSITION, DownloadName.attachment(name + format.ending(several)))
        .build();
  }

  /** What goes into an archive; outlives the request's beans, which may be gone when it is sent. */
  private record Contents(
      Catalogue catalogue,
      MessageOpener messages,
      MailboxAddress mailbox,
      SnapshotName snapshot,
      String text) {

    Instant takenAt() {
      return catalogue.snapshots(mailbox).stream()
          .filter(summary -> summary.name().equals(snapshot))
          .findFirst()
          .orElseThrow(NotFoundException::new)
          .takenAt();
    }

    void write(List<FolderSummary> folders, Archive archive) throws IOException {
      List<String> missing = new ArrayList<>();
      for (FolderSummary folder : folders) {
        archive.folder(folder.name());
        write(folder, archive, missing);
      }
      if (!missing.isEmpty()) {
        archive.note(
            "These messages could not be read and are not in this file:\n\n"
                + String.join("\n", missing)
                + "\n");
      }
    }

    private void write(FolderSummary folder, Archive archive, List<String> missing)
        throws IOException {
      long offset = 0;
      long total = 1;
      while (offset < total) {
        MessageQuery query =
            new MessageQuery(offset, MessageQuery.MOST, MessageQuery.Sort.DATE, true, text);
        Optional<MessagePage> page = catalogue.messages(mailbox, snapshot, folder.id(), query);
        total = page.map(MessagePage::total).orElse(0L);
        if (page.isEmpty() || (page.get().messages().isEmpty() && offset < total)) {
          // The day expired while it was being sent: a file that ends here must not look whole.
          throw new IOException(snapshot + " of " + mailbox + " expired during its download");
        }
        for (CataloguedMessage row : page.get().messages()) {
          add(folder, row, archive, missing);
        }
        offset += page.get().messages().size();
      }
    }

    /** One message that the disk does not give must not cost all the others. */
    private Optional<OpenedMessage> open(CataloguedMessage row) {
      try {
        return messages.open(mailbox, row);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.ERROR, "left out of a download of " + mailbox, e);
        return Optional.empty();
      }
    }

    private void add(
        FolderSummary folder, CataloguedMessage row, Archive archive, List<String> missing)
        throws IOException {
      Optional<OpenedMessage> opened = open(row);
      if (opened.isPresent()) {
        try (OpenedMessage message = opened.get()) {
          archive.add(row, message::writeTo);
        }
      } else if (missing.size() < MOST_NAMED) {
        missing.add(folder.name() + ": " + row.date() + " " + row.from() + ": " + row.subject());
      } else if (missing.size() == MOST_NAMED) {
        missing.add("and more");
      }
    }
  }
}
