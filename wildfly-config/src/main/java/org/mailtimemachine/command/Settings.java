package org.mailtimemachine.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.mailtimemachine.command.doctor.SettingNames;
import org.mailtimemachine.command.doctor.SettingValues;

/** The settings file of a host; docs/operations.md lists what stands in it. */
record Settings(Path file, Properties lines) {

  static Settings read(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new CommandFailed("The settings file " + file + " cannot be read.");
    }
    Properties lines = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      lines.load(reader);
    } catch (CharacterCodingException e) {
      throw new CommandFailed("The settings file " + file + " is not UTF-8.", e);
    } catch (IllegalArgumentException e) {
      // A backslash with a u behind it, and no four digits.
      throw new CommandFailed("The settings file " + file + ": " + e.getMessage(), e);
    }
    return new Settings(file, lines);
  }

  /** Where no file is named: the environment alone. */
  static Settings ofEnvironment() {
    return new Settings(Path.of("environment"), new Properties());
  }

  /** Names in the file that nobody reads. */
  List<SettingNames.Unknown> unknown() {
    return SettingNames.unknown(lines.stringPropertyNames());
  }

  /** Names them; they keep nobody from anything. */
  void warnOfUnknown(PrintWriter words) {
    unknown().forEach(each -> words.println("warning: " + file + ": " + each.sentence()));
    words.flush();
  }

  /** Everything but what only the launcher and the datasource need. */
  Properties forTheApplications() {
    Properties some = new Properties();
    for (String name : lines.stringPropertyNames()) {
      if (!name.startsWith("mtm.db.")) {
        some.setProperty(name, lines.getProperty(name));
      }
    }
    return some;
  }

  /** As the applications see it: the environment goes before the file, what is empty is not set. */
  Optional<String> find(String name) {
    return SettingValues.find(lines, name);
  }

  String optional(String name, String otherwise) {
    return lines.getProperty(name, otherwise).strip();
  }

  String required(String name) {
    String value = optional(name, "");
    if (value.isEmpty()) {
      throw new CommandFailed("%s does not say %s.".formatted(file, name));
    }
    return value;
  }

  int port(String name, int otherwise) {
    String value = optional(name, Integer.toString(otherwise));
    if (!value.matches("[0-9]{1,5}") || Integer.parseInt(value) > 65_535) {
      throw new CommandFailed("%s in %s is no port: %s".formatted(name, file, value));
    }
    return Integer.parseInt(value);
  }
}
