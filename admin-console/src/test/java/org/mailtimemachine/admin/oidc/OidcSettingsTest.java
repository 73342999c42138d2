package org.mailtimemachine.admin.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OidcSettingsTest {

  private final Map<String, String> set =
      new HashMap<>(
          Map.of(
              "mtm.oidc.provider-url", "https://id.example.org/realms/staff",
              "mtm.oidc.client-id", "console",
              "mtm.console.url", "https://mail.example.org/admin"));

  private Optional<OidcSettings> read() {
    return OidcSettings.of(name -> Optional.ofNullable(set.get(name)));
  }

  @Test
  void withoutAProviderThereIsNone() {
    set.remove("mtm.oidc.provider-url");
    assertThat(read()).isEmpty();
  }

  @Test
  void theRestHasDefaults(@TempDir Path directory) throws Exception {
    OidcSettings settings = read().orElseThrow();
    assertThat(settings.claim()).isEqualTo("email");
    assertThat(settings.secondFactorThere()).isFalse();
    assertThat(settings.secret()).isEmpty();
    assertThat(settings.name()).isEqualTo("id.example.org");
    assertThat(settings.returnTo()).hasToString("https://mail.example.org/admin/oidc/return");
    Path secret = Files.writeString(directory.resolve("secret"), "s3cret\n");
    set.put("mtm.oidc.client-secret-file", secret.toString());
    set.put("mtm.oidc.second-factor", "provider");
    assertThat(read().orElseThrow().secret()).contains("s3cret");
    assertThat(read().orElseThrow().secondFactorThere()).isTrue();
  }

  @Test
  void whatIsWrongOrMissingIsNamed() {
    for (Map.Entry<String, String> wrong :
        Map.of(
                "mtm.oidc.provider-url", "http://id.example.org",
                "mtm.oidc.client-id", " ",
                "mtm.oidc.second-factor", "yes",
                "mtm.oidc.client-secret-file", "/nowhere/secret")
            .entrySet()) {
      String before = set.put(wrong.getKey(), wrong.getValue());
      assertThatIllegalArgumentException()
          .isThrownBy(this::read)
          .withMessageContaining(wrong.getKey());
      set.computeIfPresent(wrong.getKey(), (_, _) -> before);
    }
    set.remove("mtm.console.url");
    assertThatIllegalArgumentException()
        .isThrownBy(this::read)
        .withMessageContaining("mtm.console.url");
  }
}
