package org.mailtimemachine.web.api;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.eclipse.microprofile.openapi.annotations.servers.Server;

/** Where the REST interface begins, and what is true for all of it. */
@OpenAPIDefinition(
    info =
        @Info(
            title = "Mail Time Machine: a mailbox",
            version = "1",
            description =
                "The mailbox of whoever signs in, as it was on each kept day. It is"
                    + " read; what is missing can be requested back."),
    servers = @Server(url = "/"),
    security = @SecurityRequirement(name = "mailbox"))
@SecurityScheme(
    securitySchemeName = "mailbox",
    type = SecuritySchemeType.HTTP,
    scheme = "basic",
    description = "The mailbox's address and its password")
@ApplicationPath("api/v1")
public class RestInterface extends Application {}
