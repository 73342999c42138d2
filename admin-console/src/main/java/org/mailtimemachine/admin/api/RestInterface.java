package org.mailtimemachine.admin.api;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.eclipse.microprofile.openapi.annotations.security.SecuritySchemes;
import org.eclipse.microprofile.openapi.annotations.servers.Server;

/** Where the REST interface begins, and what is true for all of it. */
@OpenAPIDefinition(
    info =
        @Info(
            title = "Mail Time Machine: the console",
            version = "1",
            description =
                "What administrators see and do. What belongs to another domain looks like what does"
                    + " not exist. What changes something wants a token that may write (mtm admin"
                    + " token), and takes an Idempotency-Key where it is a POST."),
    servers = @Server(url = "/admin"),
    security = {@SecurityRequirement(name = "token"), @SecurityRequirement(name = "password")})
@SecuritySchemes({
  @SecurityScheme(
      securitySchemeName = "token",
      type = SecuritySchemeType.HTTP,
      scheme = "bearer",
      description = "A token of mtm admin token"),
  @SecurityScheme(
      securitySchemeName = "password",
      type = SecuritySchemeType.HTTP,
      scheme = "basic",
      description = "An administrator's name and password, for reading")
})
@ApplicationPath("api/v1")
public class RestInterface extends Application {}
