package org.mailtimemachine.admin.api;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.pages.StorableText;

/**
 * The body of a request, read strictly: a field that nobody reads may have been meant to say
 * something.
 */
record JsonBody(JsonObject object) {

  private static final int LONGEST = 64 * 1024;

  /**
   * Reads it.
   *
   * @param fields all that may be in it
   */
  static JsonBody parse(String text, Set<String> fields) {
    if (text.length() > LONGEST) {
      throw ProblemException.ofField("", "The body is too long.", "Send at most 64 KiB.");
    }
    JsonObject object;
    try (JsonReader reader = Json.createReader(new StringReader(text))) {
      object = reader.readObject();
    } catch (JsonException | IllegalStateException e) {
      throw ProblemException.ofField(
          "", "The body is no JSON object.", "Send an object with " + named(fields) + ".");
    }
    for (String name : object.keySet()) {
      if (!fields.contains(name)) {
        throw ProblemException.ofField(
            name, "There is no field " + name + ".", "The fields are " + named(fields) + ".");
      }
    }
    return new JsonBody(object);
  }

  private static String named(Set<String> fields) {
    return String.join(", ", fields.stream().sorted().toList());
  }

  boolean has(String name) {
    return object.containsKey(name) && !object.isNull(name);
  }

  Optional<String> text(String name) {
    if (!has(name)) {
      return Optional.empty();
    }
    if (object.get(name) instanceof JsonString text) {
      return Optional.of(storable(name, text.getString()));
    }
    throw ProblemException.ofField(name, name + " is no text.", "Send a string.");
  }

  String requiredText(String name, String remedy) {
    return text(name)
        .orElseThrow(() -> ProblemException.ofField(name, name + " is missing.", remedy));
  }

  /** False where it is not there. */
  boolean flag(String name) {
    if (!has(name)) {
      return false;
    }
    @Nullable JsonValue value = object.get(name);
    if (!JsonValue.TRUE.equals(value) && !JsonValue.FALSE.equals(value)) {
      throw ProblemException.ofField(
          name, name + " is neither true nor false.", "Send true or false.");
    }
    return JsonValue.TRUE.equals(value);
  }

  Optional<Integer> number(String name) {
    if (!has(name)) {
      return Optional.empty();
    }
    if (object.get(name) instanceof JsonNumber number) {
      try {
        return Optional.of(number.intValueExact());
      } catch (ArithmeticException e) {
        throw ProblemException.ofField(name, name + " is no whole number.", "Send a number.");
      }
    }
    throw ProblemException.ofField(name, name + " is no number.", "Send a number.");
  }

  Optional<List<String>> texts(String name) {
    if (!has(name)) {
      return Optional.empty();
    }
    if (!(object.get(name) instanceof JsonArray values)
        || !values.stream().allMatch(JsonString.class::isInstance)) {
      throw ProblemException.ofField(name, name + " is no list of texts.", "Send [\"…\", \"…\"].");
    }
    return Optional.of(
        values.getValuesAs(JsonString.class).stream()
            .map(text -> storable(name, text.getString()))
            .toList());
  }

  private static String storable(String name, String text) {
    if (!StorableText.isStorable(text)) {
      throw ProblemException.ofField(
          name, name + " has the character NUL in it, which no text has.", "Leave out \\u0000.");
    }
    return text;
  }
}
