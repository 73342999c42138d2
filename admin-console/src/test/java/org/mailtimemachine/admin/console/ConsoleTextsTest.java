package org.mailtimemachine.admin.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.MessageFormat;
import java.util.Arrays;
import java.util.Locale;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mirror.register.MirrorRefusedException;
import org.mailtimemachine.restore.Hindrance;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.RequestRefusedException;
import org.mailtimemachine.restore.desk.RequestState;

class ConsoleTextsTest {

  private static ResourceBundle bundle(Locale locale) {
    return ResourceBundle.getBundle("org.mailtimemachine.admin.console.console", locale);
  }

  @Test
  void everyTextIsThereInBothLanguagesWithTheSamePlaces() {
    ResourceBundle english = bundle(Locale.ENGLISH);
    ResourceBundle italian = bundle(Locale.ITALIAN);
    assertThat(italian.getLocale()).isEqualTo(Locale.ITALIAN);
    assertThat(italian.keySet()).containsExactlyInAnyOrderElementsOf(english.keySet());
    for (String key : english.keySet()) {
      for (ResourceBundle words : Arrays.asList(english, italian)) {
        assertThat(words.getString(key)).as(key).isNotBlank().doesNotContain("'");
      }
      assertThat(new MessageFormat(italian.getString(key)).getFormatsByArgumentIndex())
          .as(key)
          .hasSameSizeAs(new MessageFormat(english.getString(key)).getFormatsByArgumentIndex());
    }
  }

  @Test
  void everyStateAndEveryRefusalHasItsWords() {
    assertThat(bundle(Locale.ENGLISH).keySet())
        .containsAll(Arrays.stream(RequestState.values()).map(each -> "state." + each).toList())
        .containsAll(
            Arrays.stream(FiledRequest.Asked.values()).map(each -> "asked." + each).toList())
        .containsAll(Arrays.stream(Hindrance.values()).map(each -> "problem." + each).toList())
        .containsAll(
            Arrays.stream(RequestState.values())
                .filter(each -> each != RequestState.DRAFT)
                .map(each -> "log.restore." + each.name().toLowerCase(Locale.ROOT))
                .toList())
        .containsAll(
            Arrays.stream(RequestRefusedException.Why.values())
                .map(each -> "refused." + each)
                .toList())
        .containsAll(
            Arrays.stream(MirrorRefusedException.Reason.values())
                .map(each -> "refused.mirror-" + each)
                .toList());
  }

  @Test
  void nothingInATableIsAFormula() {
    assertThat(CsvTable.cell("=HYPERLINK(\"x\")")).isEqualTo("\"'=HYPERLINK(\"\"x\"\")\"");
    assertThat(CsvTable.cell("anna@demo.test")).isEqualTo("\"anna@demo.test\"");
    assertThat(CsvTable.cell("")).isEqualTo("\"\"");
  }
}
