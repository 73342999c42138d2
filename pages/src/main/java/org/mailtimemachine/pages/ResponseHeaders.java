package org.mailtimemachine.pages;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;

/**
 * What every answer of a REST interface says to a browser: it is kept in no cache, is nothing but
 * what its type says, and, opened by itself, can do nothing. A resource that needs another policy
 * has set it.
 */
@Provider
public class ResponseHeaders implements ContainerResponseFilter {

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    response.getHeaders().putSingle("Cache-Control", "private, no-store");
    response.getHeaders().putSingle("X-Content-Type-Options", "nosniff");
    response.getHeaders().putSingle("Referrer-Policy", "no-referrer");
    if (!response.getHeaders().containsKey("Content-Security-Policy")) {
      response
          .getHeaders()
          .putSingle(
              "Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
    }
  }
}
