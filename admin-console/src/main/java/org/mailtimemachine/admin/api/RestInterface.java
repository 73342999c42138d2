package org.mailtimemachine.admin.api;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** Where the REST interface begins. */
@ApplicationPath("api/v1")
public class RestInterface extends Application {}
