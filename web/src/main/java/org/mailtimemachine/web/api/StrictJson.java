package org.mailtimemachine.web.api;

import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.JsonbConfig;
import jakarta.ws.rs.ext.ContextResolver;
import jakarta.ws.rs.ext.Provider;

/**
 * JSON as programs send it, read strictly: a field that nobody reads may have been meant to say
 * something, as {@code folder} for {@code folders}.
 */
@Provider
public class StrictJson implements ContextResolver<Jsonb> {

  private final Jsonb json =
      JsonbBuilder.create(new JsonbConfig().setProperty("jsonb.fail-on-unknown-properties", true));

  @Override
  public Jsonb getContext(Class<?> type) {
    return json;
  }
}
