package org.mailtimemachine.command.demo;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One message of the story as a story file tells it.
 *
 * @param id its name in the story; another message replies to it or forwards it by this name
 * @param at when it was sent and delivered
 * @param headers what a reader of the mail sees, in order: From, To, Subject and the like
 * @param notes how to write and deliver it: {@code lang}, {@code charset}, {@code kind}, {@code
 *     reply}, {@code folder}, ...
 * @param attachments {@code pdf|name|text}, {@code png|name|seed}, ...; see {@link Attachment}
 * @param deeds what each reader did with it, by the reader's local part
 * @param text the body, or the raw body where the headers hold a Content-Type
 * @param html its HTML form, if it has one
 */
record StoryMessage(
    String id,
    Moment at,
    Map<String, String> headers,
    Map<String, String> notes,
    List<String> attachments,
    Map<String, List<Deed>> deeds,
    String text,
    Optional<Html> html) {

  /**
   * The HTML form of a body.
   *
   * @param layout the resource that frames it, without its ending
   * @param content what goes into the frame
   */
  record Html(String layout, String content) {}

  String header(String name) {
    return headers.getOrDefault(name, "");
  }

  Optional<String> note(String name) {
    return Optional.ofNullable(notes.get(name)).filter(value -> !value.isBlank());
  }

  boolean is(String kind) {
    return note("kind").orElse("").contains(kind);
  }

  /** From, as {@code Name <address>}. */
  Person sender() {
    return Person.of(header("From"));
  }
}
