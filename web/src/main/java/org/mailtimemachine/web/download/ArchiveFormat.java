package org.mailtimemachine.web.download;

import java.io.OutputStream;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** In which form many messages are wanted. */
enum ArchiveFormat {
  MBOX,
  EML,
  MAILDIR;

  /** What it is called in an address. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<ArchiveFormat> of(@Nullable String word) {
    for (ArchiveFormat format : values()) {
      if (format.word().equals(word)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** Behind the name of the file. */
  String ending(boolean severalFolders) {
    return switch (this) {
      case MBOX -> severalFolders ? ".mbox.zip" : ".mbox";
      case EML -> ".zip";
      case MAILDIR -> ".maildir.zip";
    };
  }

  String mediaType(boolean severalFolders) {
    return this == MBOX && !severalFolders ? "application/mbox" : "application/zip";
  }

  Archive begin(OutputStream out, boolean severalFolders, Instant time) {
    return switch (this) {
      case MBOX -> severalFolders ? new MboxZipArchive(out, time) : new MboxArchive(out);
      case EML -> new EmlZipArchive(out, time);
      case MAILDIR -> new MaildirZipArchive(out, time);
    };
  }
}
