package org.mailtimemachine.command;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;

/**
 * A page that the browser gets as it is: one vector, or several that do not hinder each other. A
 * frame for each of five hundred vectors would take a browser half a minute.
 */
final class HostilePage {

  private static final int TOGETHER = 10;

  /** Ends whatever the vector before has left open. */
  private static final String END =
      """

      "'>
      -->]]></script></style></title></textarea></xmp></noembed></noframes></noscript></iframe>\
      </template></option></select></svg></math></table></button></object></video></form></dialog></a></b>
      """;

  private final String contentType;
  private final byte[] content;

  HostilePage(String contentType, byte[] content) {
    this.contentType = contentType;
    this.content = content;
  }

  /** All vectors on as few pages as can be. */
  static List<HostilePage> of(List<HostileHtml> vectors) {
    Map<Boolean, List<HostileHtml>> byManner =
        vectors.stream().collect(Collectors.partitioningBy(HostilePage::wantsItsOwnPage));
    List<HostilePage> pages = new ArrayList<>();
    for (HostileHtml vector : byManner.get(true)) {
      pages.add(new HostilePage(vector.contentType(), vector.bytes()));
    }
    // what a page has once comes first on its page, and one such on each
    List<HostileHtml> heads = new ArrayList<>();
    List<HostileHtml> others = new ArrayList<>();
    byManner.get(false).forEach(vector -> (isHead(vector) ? heads : others).add(vector));
    List<List<HostileHtml>> tens = others.stream().gather(Gatherers.windowFixed(TOGETHER)).toList();
    for (int i = 0; i < Math.max(heads.size(), tens.size()); i++) {
      List<HostileHtml> together = new ArrayList<>();
      if (i < heads.size()) {
        together.add(heads.get(i));
      }
      if (i < tens.size()) {
        together.addAll(tens.get(i));
      }
      pages.add(joined(together));
    }
    return pages;
  }

  String contentType() {
    return contentType;
  }

  byte[] content() {
    return content;
  }

  private static HostilePage joined(List<HostileHtml> vectors) {
    String text = vectors.stream().map(HostileHtml::text).collect(Collectors.joining(END));
    return new HostilePage(vectors.getFirst().contentType(), text.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean wantsItsOwnPage(HostileHtml vector) {
    return !vector.charset().isEmpty()
        || vector.rootCause().equals("Too much of it")
        || vector.text().matches("(?is).*<(?:frameset|plaintext).*");
  }

  private static boolean isHead(HostileHtml vector) {
    return vector.text().matches("(?is).*<(?:body|html|head|base|meta|!doctype).*");
  }
}
