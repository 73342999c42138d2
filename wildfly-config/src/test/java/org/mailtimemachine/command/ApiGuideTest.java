package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code docs/api.md} says of the REST interfaces. */
class ApiGuideTest {

  @ParameterizedTest
  @ValueSource(strings = {"web", "admin-console"})
  void everyPathIsInTheGuide(String module) throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "api.md"));

    assertThat(paths(module))
        .hasSizeGreaterThan(10)
        .allSatisfy(path -> assertThat(guide).as(path).contains(lastWord(path)));
  }

  private static Set<String> paths(String module) throws IOException {
    Path document = Path.of("..", module, "target", "classes", "openapi.json");
    try (JsonReader json = Json.createReader(Files.newBufferedReader(document))) {
      return json.readObject().getJsonObject("paths").keySet();
    }
  }

  /** From its last part that is no parameter on: {@code /requests/{}}, {@code /take-back}. */
  private static String lastWord(String path) {
    String[] parts = path.split("(?=/)", -1);
    String word = "";
    for (int part = parts.length - 1; part >= 0; part--) {
      word = parts[part] + word;
      if (!parts[part].startsWith("/{")) {
        return word.replaceAll("\\{(message|folder|snapshot)}", "{id}");
      }
    }
    return word;
  }
}
