package org.mailtimemachine.web.download;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.maildir.ModifiedUtf7;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;

/**
 * A zip of a Maildir++ tree, flags and keywords in the file names as Dovecot has them. File names
 * are new: what the host called its files is nobody's business.
 */
final class MaildirZipArchive implements Archive {

  private static final int MOST_KEYWORDS = 26;

  private final ZipStream zip;
  private final Instant time;
  private final Set<String> directories = new HashSet<>();
  private final Map<String, Character> letters = new LinkedHashMap<>();
  private String directory = "";
  private int messages;

  /**
   * @param time of the Snapshot
   */
  MaildirZipArchive(OutputStream out, Instant time) {
    zip = new ZipStream(out);
    this.time = time;
  }

  @Override
  public void folder(FolderName name) throws IOException {
    endFolder();
    directory = "Maildir/" + directory(name);
    for (String part : new String[] {"", "cur/", "new/", "tmp/"}) {
      if (directories.add(directory + part)) {
        zip.begin(directory + part, time);
        zip.end();
      }
    }
  }

  /** The directory that Dovecot gives a Folder: {@code .Projects.Alpha/}; none for the INBOX. */
  private static String directory(FolderName name) {
    return name.equals(FolderName.INBOX)
        ? ""
        : name.levels().stream()
            // With LAYOUT=fs a level may have a dot in it, which would make two of it here.
            .map(level -> ModifiedUtf7.encode(level).replace('.', '_'))
            .collect(Collectors.joining(".", ".", "/"));
  }

  private void endFolder() throws IOException {
    if (!letters.isEmpty()) {
      StringBuilder names = new StringBuilder();
      letters.forEach(
          (name, letter) -> names.append(letter - 'a').append(' ').append(name).append('\n'));
      letters.clear();
      if (directories.add(directory + "dovecot-keywords")) {
        zip.file(directory + "dovecot-keywords", time, names.toString());
      }
    }
  }

  @Override
  public void add(CataloguedMessage message, Content content) throws IOException {
    String name =
        "%scur/%d.M%dP0.restored,S=%d:2,%s%s"
            .formatted(
                directory,
                Math.max(0, message.date().getEpochSecond()),
                ++messages,
                message.size(),
                message.flags().letters(),
                keywords(message));
    content.writeTo(zip.begin(name, message.date()));
    zip.end();
  }

  private String keywords(CataloguedMessage message) {
    StringBuilder own = new StringBuilder();
    for (String keyword : message.keywords()) {
      if (letters.size() < MOST_KEYWORDS || letters.containsKey(keyword)) {
        own.append(letters.computeIfAbsent(keyword, key -> (char) ('a' + letters.size())));
      }
    }
    return own.chars()
        .sorted()
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Override
  public void note(String text) throws IOException {
    zip.file(ArchivePath.NOTE, time, text);
  }

  @Override
  public void breakOff() {
    // without its directory a zip is no zip
  }

  @Override
  public void close() throws IOException {
    endFolder();
    zip.close();
  }
}
