package org.mailtimemachine.admin.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.watching.Finding;
import org.mailtimemachine.admin.watching.WatchedHost;
import org.mailtimemachine.mailstore.figures.PrometheusText;

/** Figures and health of the host, for programs of its administrators. */
@Path("/")
@Tag(name = "Watching")
@RequestScoped
public class WatchResource {

  private static final String UP = "UP";
  private static final String DOWN = "DOWN";

  @Inject private OwnAuthority authority;
  @Inject private WatchedHost host;
  @Inject private ServletContext context;

  /** How the host is, in the form of MicroProfile Health. */
  @Schema(name = "Health")
  public record Health(String status, List<Check> checks) {

    static Health of(List<Finding> findings) {
      return new Health(
          findings.stream().allMatch(Finding::up) ? UP : DOWN,
          findings.stream().map(Check::of).toList());
    }
  }

  /**
   * One check of it.
   *
   * @param data {@code detail}: what is wrong, where something is
   */
  @Schema(name = "Check")
  public record Check(String name, String status, Map<String, String> data) {

    static Check of(Finding finding) {
      return new Check(
          finding.name(),
          finding.up() ? UP : DOWN,
          finding.detail().isEmpty() ? Map.of() : Map.of("detail", finding.detail()));
    }
  }

  /** Figures for Prometheus. */
  @GET
  @Path("metrics")
  @Operation(summary = "Figures for Prometheus")
  @APIResponse(
      responseCode = "200",
      description = "Lines of text",
      content = @Content(mediaType = "text/plain", schema = @Schema(type = SchemaType.STRING)))
  public Response metrics() throws IOException {
    return Response.ok(ofHost().figures(version()))
        .header(HttpHeaders.CONTENT_TYPE, PrometheusText.MEDIA_TYPE)
        .build();
  }

  /** Everything that somebody should look after: 200 where all is well, otherwise 503. */
  @GET
  @Path("health")
  @Operation(summary = "Everything that somebody should look after")
  @APIResponse(
      responseCode = "200",
      description = "All is well",
      content = @Content(schema = @Schema(implementation = Health.class)))
  @APIResponse(
      responseCode = "503",
      description = "Something is not",
      content = @Content(schema = @Schema(implementation = Health.class)))
  @Produces(MediaType.APPLICATION_JSON)
  public Response health() {
    Health health = Health.of(ofHost().health());
    return Response.status(
            health.status().equals(UP) ? Response.Status.OK : Response.Status.SERVICE_UNAVAILABLE)
        .entity(health)
        .build();
  }

  private WatchedHost ofHost() {
    try {
      return authority.get().ofHost(host);
    } catch (NotYoursException e) {
      throw ProblemException.ofHost();
    }
  }

  private Optional<String> version() throws IOException {
    try (InputStream manifest = context.getResourceAsStream("/META-INF/MANIFEST.MF")) {
      return manifest == null
          ? Optional.empty()
          : Optional.ofNullable(
              new Manifest(manifest)
                  .getMainAttributes()
                  .getValue(Attributes.Name.IMPLEMENTATION_VERSION));
    }
  }
}
