package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.posix.FileName;

/** What the program says of subvolumes, the ordinary and the odd. */
class BtrfsSubvolumeTest {

  private static final List<FileName> BELOW = List.of(new FileName("below"));

  @Test
  void subvolumesInTheMaildirsAreNamedFromThere() throws StoreException {
    String list =
        """
        ID 257 gen 9 top level 256 path vmail/below/example.test/anna path x
        ID 258 gen 9 top level 256 path vmail/beside""";
    assertThat(BtrfsSubvolume.nested("vmail\n\tName: vmail", list, BELOW))
        .containsExactly(List.of(new FileName("example.test"), new FileName("anna path x")));
    assertThat(BtrfsSubvolume.nested("/", "", BELOW)).isEmpty();
  }

  @Test
  void aLineThatIsNotUnderstoodFailsTheTakeAndIsNamed() {
    for (String line : List.of("WARNING: odd", "ID 257", "ID 257 gen 9 top level 5", "")) {
      String list = "ID 256 gen 9 top level 5 path vmail/a\n" + line;
      assertThatThrownBy(() -> BtrfsSubvolume.nested("vmail", list, BELOW))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("not understood");
    }
    assertThatThrownBy(() -> BtrfsSubvolume.nested("", "", BELOW))
        .isInstanceOf(StoreException.class);
  }
}
