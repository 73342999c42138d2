package org.mailtimemachine.web.mirrored;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mirror.register.MirrorSettings;

class MirrorOfHostTest {

  private final Map<String, String> values =
      new HashMap<>(Map.of("mtm.mirror.directory", "/mirror", "mtm.maildirs", "/mail"));

  private Optional<MirrorSettings> settings(String name, String value) {
    values.put(name, value);
    return MirrorOfHost.settings(key -> Optional.ofNullable(values.get(key)));
  }

  @Test
  void theWebmailShowsMirrorsUnlessItIsToldNotTo() {
    assertThat(settings("mtm.mirror.webmail", "own")).isPresent();
    assertThat(settings("mtm.mirror.webmail", "all")).isPresent();
    assertThat(settings("mtm.mirror.webmail", "off")).isEmpty();
  }

  @Test
  void aWrongSettingCostsNoMoreThanTheMirrors() {
    assertThat(settings("mtm.mirror.webmail", "sometimes")).isEmpty();
    values.remove("mtm.mirror.webmail");
    assertThat(settings("mtm.mirror.limit", "many")).isEmpty();
    assertThat(settings("mtm.mirror.limit", "7")).isPresent();
  }
}
