package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonReader;
import jakarta.json.JsonStructure;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;

/** Reads what the REST API answers. */
final class Json {

  private Json() {}

  /** The body of a good answer. */
  static JsonStructure of(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).as(answer.uri().toString()).isEqualTo(200);
    try (JsonReader reader =
        jakarta.json.Json.createReader(new ByteArrayInputStream(answer.body()))) {
      return reader.read();
    }
  }
}
