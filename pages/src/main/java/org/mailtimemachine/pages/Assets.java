package org.mailtimemachine.pages;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.TreeSet;

/**
 * The addresses of styles, scripts and pictures. Each names the contents of all of them, so a
 * browser may keep what it has for a year, and asks anew as soon as one changed.
 */
@Named("assets")
@ApplicationScoped
public class Assets {

  private static final String DIRECTORY = "/assets/";
  private static final int BYTES = 5;

  @Inject private ServletContext application;

  private String version = "";

  @PostConstruct
  void read() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String path : new TreeSet<>(application.getResourcePaths(DIRECTORY))) {
        try (InputStream file =
            Objects.requireNonNull(application.getResourceAsStream(path), path)) {
          digest.update(file.readAllBytes());
        }
      }
      version = HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException("the styles and scripts cannot be read", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Where a file of the directory {@code assets} is. */
  public String url(String name) {
    return application.getContextPath() + DIRECTORY + name + "?v=" + version;
  }
}
