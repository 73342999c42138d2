package org.mailtimemachine.admin.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What this interface is, for whoever generates a client of it (OpenAPI 3.0). */
@Path("openapi.json")
public class OpenApiResource {

  /** The document that the build wrote. */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(hidden = true)
  public byte[] document() {
    try (InputStream document = OpenApiResource.class.getResourceAsStream("/openapi.json")) {
      if (document == null) {
        throw new IllegalStateException("openapi.json is not in this deployment");
      }
      return document.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("openapi.json of this deployment cannot be read", e);
    }
  }
}
