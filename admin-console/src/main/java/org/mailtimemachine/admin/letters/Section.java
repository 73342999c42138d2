package org.mailtimemachine.admin.letters;

import java.net.URI;
import java.util.List;

/** A piece of a letter, as it is written in plain text and in HTML. */
sealed interface Section {

  /** One or more sentences. */
  record Sentence(String text) implements Section {}

  /** What somebody has written, line by line. */
  record Quote(String heading, String text) implements Section {}

  /** A table of two columns. */
  record Facts(List<Fact> facts) implements Section {

    public Facts {
      facts = List.copyOf(facts);
    }
  }

  /** One line of it. */
  record Fact(String name, String value) {}

  /** Lines under a heading. */
  record Lines(String heading, List<String> lines) implements Section {

    public Lines {
      lines = List.copyOf(lines);
    }
  }

  /** Where to go from here. */
  record Links(List<Link> links) implements Section {

    public Links {
      links = List.copyOf(links);
    }
  }

  /** One place to go. */
  record Link(String words, URI to) {}
}
