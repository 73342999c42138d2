package org.mailtimemachine.command.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A name and an address of a header, {@code Name <address>} or the address alone. */
record Person(String name, String address) {

  private static final Pattern BETWEEN = Pattern.compile(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)");

  static Person of(String text) {
    int open = text.lastIndexOf('<');
    if (open < 0) {
      return new Person("", text.strip());
    }
    String name = text.substring(0, open).strip().replace("\"", "");
    return new Person(name, text.substring(open + 1, text.lastIndexOf('>')).strip());
  }

  static List<Person> listOf(String header) {
    List<Person> people = new ArrayList<>();
    for (String one : BETWEEN.split(header, -1)) {
      if (!one.isBlank()) {
        people.add(of(one));
      }
    }
    return people;
  }

  /** How others call this person in the line above a quotation. */
  String called() {
    return name.isEmpty() ? address : name;
  }
}
