package org.mailtimemachine.command;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How what an administrator types becomes a value; where it does not, he is told in words. */
final class TypedValues {

  private TypedValues() {}

  static void register(CommandLine line) {
    line.registerConverter(LocalDate.class, typed(LocalDate::parse, "date, as 2026-11-22 is"));
    line.registerConverter(ZoneId.class, typed(ZoneId::of, "time zone, as Europe/Rome is"));
    line.registerConverter(Path.class, typed(Path::of, "name of a file"));
    line.registerConverter(Integer.class, typed(Integer::valueOf, "whole number"));
    line.registerConverter(int.class, typed(Integer::valueOf, "whole number"));
  }

  private static <T> ITypeConverter<T> typed(Function<String, T> parse, String what) {
    return text -> {
      try {
        return parse.apply(text);
      } catch (DateTimeException | NumberFormatException | InvalidPathException e) {
        throw new TypeConversionException("'" + text + "' is no " + what);
      }
    };
  }
}
