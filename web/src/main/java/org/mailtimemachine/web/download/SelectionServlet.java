package org.mailtimemachine.web.download;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.web.mailbox.Preferences;
import org.mailtimemachine.web.message.DownloadName;
import org.mailtimemachine.web.message.MessageOpener;
import org.mailtimemachine.web.mirrored.MirroredFolder;
import org.mailtimemachine.web.selection.SelectedMessages;
import org.mailtimemachine.web.selection.Selection;
import org.mailtimemachine.web.signin.SignedInMailbox;

/**
 * What is selected in the webmail as one file. By POST, because the ids of many messages are too
 * long for an address. It only reads, and the session's cookie is {@code SameSite=Strict}: no other
 * site can make a browser send it. It is no part of the REST interface, where a session answers
 * only GET.
 */
@WebServlet("/selection")
public class SelectionServlet extends HttpServlet {

  private final transient Catalogue catalogue;
  private final transient SelectedMessages selected;
  private final transient MessageOpener messages;
  private final transient SignedInMailbox signedIn;
  private final transient Preferences preferences;

  @Inject
  SelectionServlet(
      Catalogue catalogue,
      SelectedMessages selected,
      MessageOpener messages,
      SignedInMailbox signedIn,
      Preferences preferences) {
    this.catalogue = catalogue;
    this.selected = selected;
    this.messages = messages;
    this.signedIn = signedIn;
    this.preferences = preferences;
  }

  /** Somebody who reloads the address of a download: back to the mail. */
  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.sendRedirect(request.getContextPath() + "/mailbox.xhtml");
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<ArchiveFormat> format = ArchiveFormat.of(request.getParameter("format"));
    Optional<Selection> selection = selection(request);
    if (format.isEmpty() || selection.isEmpty()) {
      response.sendError(HttpServletResponse.SC_BAD_REQUEST);
      return;
    }
    MailboxAddress mailbox = signedIn.address();
    Optional<SnapshotSummary> snapshot =
        catalogue.snapshots(mailbox).stream()
            .filter(found -> found.name().equals(selection.get().snapshot()) && found.indexed())
            .findFirst();
    long count = snapshot.isEmpty() ? 0 : selected.count(mailbox, selection.get());
    if (count == 0) {
      // Of somebody else, of another day, or never: it looks the same.
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    boolean several = selection.get().folders().size() != 1 || selection.get().scope().wide();
    String name =
        name(selection.get(), mailbox) + ", " + count + (count == 1 ? " message" : " messages");
    response.setContentType(format.get().mediaType(several));
    response.setHeader(
        "Content-Disposition", DownloadName.attachment(name + format.get().ending(several)));
    response.setHeader("Cache-Control", "private, no-store");
    response.setHeader(
        "Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
    try (MessageOpener.Day day = messages.day(mailbox, selection.get().snapshot())) {
      new ArchiveDownload(
              selected,
              day::open,
              mailbox,
              selection.get(),
              format.get(),
              several,
              snapshot.get().takenAt())
          .writeTo(response.getOutputStream());
    }
  }

  private Optional<Selection> selection(HttpServletRequest request) {
    try {
      return Optional.of(Selection.of(request.getParameterMap(), preferences.zone()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private String name(Selection selection, MailboxAddress mailbox) {
    return catalogue.folders(mailbox, selection.snapshot()).stream()
            .filter(folder -> selection.folders().contains(folder.id()))
            .map(FolderSummary::name)
            .findFirst()
            .or(() -> MirroredFolder.only(selection.folders()).map(MirroredFolder::folderName))
            .map(found -> found.text().replace("/", " - "))
            .orElse(mailbox.toString())
        + " "
        + selection.snapshot();
  }
}
