package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SystemProgramTest {

  @Test
  void aWarningOfTheProgramIsNotInWhatIsRead() throws StoreException {
    assertThat(SystemProgram.run("sh", "-c", "echo 'WARNING: odd' >&2; echo a line"))
        .isEqualTo("a line");
  }

  @Test
  void whatItComplainedOfIsInTheFailure() {
    assertThatThrownBy(() -> SystemProgram.run("sh", "-c", "echo half; echo 'no such' >&2; exit 1"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("no such");
    assertThatThrownBy(() -> SystemProgram.run("sh", "-c", "echo said here; exit 1"))
        .hasMessageContaining("said here");
  }

  @Test
  void aProgramThatComplainsWithoutEndIsNotWaitedForForEver() throws StoreException {
    assertThat(SystemProgram.run("sh", "-c", "head -c 1000000 /dev/zero >&2; echo done"))
        .isEqualTo("done");
  }
}
