package org.mailtimemachine.mailstore.mime;

import java.util.Map;

/**
 * What makes Jakarta Mail forgive broken input and exists only as system properties. The decoding
 * streams read theirs when they are made, {@code ParameterList} and {@code ContentDisposition} when
 * they are first used. A host that has set one itself keeps its value.
 */
final class JakartaMailLeniency {

  private static final Map<String, String> PROPERTIES =
      Map.of(
          "mail.mime.base64.ignoreerrors", "true",
          "mail.mime.uudecode.ignoreerrors", "true",
          "mail.mime.uudecode.ignoremissingbeginend", "true",
          "mail.mime.parameters.strict", "false",
          "mail.mime.contentdisposition.strict", "false");

  private JakartaMailLeniency() {}

  static void ask() {
    PROPERTIES.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
  }
}
