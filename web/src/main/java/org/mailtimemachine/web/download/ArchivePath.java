package org.mailtimemachine.web.download;

import org.mailtimemachine.web.message.DownloadName;

/** Names in an archive that every system can unpack, and none outside of its directory. */
final class ArchivePath {

  /** Where an archive says what is not in it. */
  static final String NOTE = "NOT INCLUDED.txt";

  private static final int LONGEST = 80;

  private ArchivePath() {}

  /** One level of a path: never empty, never {@code ..}, nothing that divides levels. */
  static String component(String text, String otherwise) {
    String name = DownloadName.plain(text, LONGEST);
    return name.isEmpty() ? otherwise : name;
  }
}
