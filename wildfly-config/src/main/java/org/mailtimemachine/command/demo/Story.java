package org.mailtimemachine.command.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that is told in the story files beside this class: messages, Folders and mistakes. */
final class Story {

  private static final List<String> FILES =
      List.of(
          "alpha",
          "studio",
          "family",
          "customers",
          "languages",
          "newsletters",
          "services",
          "lists",
          "odd",
          "junk",
          "history");

  private final Map<String, StoryMessage> messages = new LinkedHashMap<>();
  private final List<StoryFolder> folders;
  private final List<Mistake> mistakes;

  Story() {
    for (String file : FILES) {
      for (StoryMessage message : StoryFile.read(resource(file + ".txt"))) {
        if (messages.put(message.id(), message) != null) {
          throw new IllegalArgumentException("told twice in the story: " + message.id());
        }
      }
    }
    folders = lines("folders.txt").stream().map(StoryFolder::of).toList();
    mistakes = lines("mistakes.txt").stream().map(Mistake::of).toList();
  }

  List<StoryMessage> messages() {
    return List.copyOf(messages.values());
  }

  StoryMessage message(String id) {
    StoryMessage message = messages.get(id);
    if (message == null) {
      throw new IllegalArgumentException("never told in the story: " + id);
    }
    return message;
  }

  List<StoryFolder> folders() {
    return folders;
  }

  List<Mistake> mistakes() {
    return mistakes;
  }

  Optional<DemoUser> userOf(String address) {
    return DemoUser.ALL.stream().filter(user -> user.address().equals(address)).findFirst();
  }

  /** The HTML frame of a message, with {@code {body}} where its content goes. */
  String layout(String name) {
    return resource("layouts/" + name + ".html");
  }

  private static List<String> lines(String name) {
    return resource(name).lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
  }

  private static String resource(String name) {
    try (InputStream in = Story.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the demo's resource is missing: " + name);
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the demo's resource cannot be read: " + name, e);
    }
  }
}
