package org.mailtimemachine.web.mailbox;

import java.util.Locale;
import java.util.Map;

/** What a file seems to be, for its picture and one word; by what the sender claims, no more. */
enum FileKind {
  IMAGE("file-image"),
  PDF("file-text"),
  TEXT("file-text"),
  DOCUMENT("file-text"),
  TABLE("file-table"),
  SLIDES("file-image"),
  ARCHIVE("file-archive"),
  AUDIO("file-audio"),
  VIDEO("file-video"),
  PAGE("source"),
  CALENDAR("calendar"),
  CONTACT("user"),
  MESSAGE("mail"),
  REPORT("file-text"),
  PROTECTION("lock"),
  OUTLOOK("file"),
  PROGRAM("file"),
  OTHER("file");

  private static final Map<String, FileKind> BY_ENDING =
      Map.ofEntries(
          Map.entry("pdf", PDF),
          Map.entry("txt", TEXT),
          Map.entry("md", TEXT),
          Map.entry("log", TEXT),
          Map.entry("doc", DOCUMENT),
          Map.entry("docx", DOCUMENT),
          Map.entry("odt", DOCUMENT),
          Map.entry("rtf", DOCUMENT),
          Map.entry("xls", TABLE),
          Map.entry("xlsx", TABLE),
          Map.entry("ods", TABLE),
          Map.entry("csv", TABLE),
          Map.entry("ppt", SLIDES),
          Map.entry("pptx", SLIDES),
          Map.entry("odp", SLIDES),
          Map.entry("zip", ARCHIVE),
          Map.entry("gz", ARCHIVE),
          Map.entry("tgz", ARCHIVE),
          Map.entry("7z", ARCHIVE),
          Map.entry("rar", ARCHIVE),
          Map.entry("tar", ARCHIVE),
          Map.entry("jpg", IMAGE),
          Map.entry("jpeg", IMAGE),
          Map.entry("png", IMAGE),
          Map.entry("gif", IMAGE),
          Map.entry("webp", IMAGE),
          Map.entry("heic", IMAGE),
          Map.entry("mp3", AUDIO),
          Map.entry("mp4", VIDEO),
          Map.entry("htm", PAGE),
          Map.entry("html", PAGE),
          Map.entry("ics", CALENDAR),
          Map.entry("vcf", CONTACT),
          Map.entry("eml", MESSAGE),
          Map.entry("exe", PROGRAM),
          Map.entry("msi", PROGRAM),
          Map.entry("js", PROGRAM),
          Map.entry("vbs", PROGRAM),
          Map.entry("bat", PROGRAM),
          Map.entry("cmd", PROGRAM),
          Map.entry("scr", PROGRAM),
          Map.entry("jar", PROGRAM),
          Map.entry("apk", PROGRAM));

  private final String icon;

  FileKind(String icon) {
    this.icon = icon;
  }

  /** The name of its picture. */
  String icon() {
    return icon;
  }

  /** By the ending, which decides what opens the file; by the type where that says nothing. */
  static FileKind of(String name, String type) {
    FileKind byEnding =
        BY_ENDING.get(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    return byEnding != null ? byEnding : byType(type);
  }

  private static FileKind byType(String type) {
    return switch (type) {
      case "application/pdf" -> PDF;
      case "application/zip", "application/gzip", "application/x-tar" -> ARCHIVE;
      case "text/html", "application/xhtml+xml" -> PAGE;
      case "text/calendar", "application/ics" -> CALENDAR;
      case "text/vcard", "text/x-vcard", "text/directory" -> CONTACT;
      case "application/ms-tnef", "application/vnd.ms-tnef" -> OUTLOOK;
      case "message/delivery-status",
          "message/global-delivery-status",
          "message/disposition-notification",
          "message/feedback-report" ->
          REPORT;
      case "application/pgp-signature",
          "application/pgp-encrypted",
          "application/pgp-keys",
          "application/pkcs7-signature",
          "application/x-pkcs7-signature",
          "application/pkcs7-mime",
          "application/x-pkcs7-mime" ->
          PROTECTION;
      default -> byFamily(type.substring(0, type.indexOf('/') + 1));
    };
  }

  private static FileKind byFamily(String family) {
    return switch (family) {
      case "image/" -> IMAGE;
      case "audio/" -> AUDIO;
      case "video/" -> VIDEO;
      case "text/" -> TEXT;
      case "message/" -> MESSAGE;
      default -> OTHER;
    };
  }
}
