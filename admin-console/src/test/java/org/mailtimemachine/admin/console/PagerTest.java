package org.mailtimemachine.admin.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PagerTest {

  @Test
  void aPageBehindTheLastOneIsTheLastOne() {
    assertThat(Pager.within("x?", 7, 101).page()).isEqualTo(2);
    assertThat(Pager.within("x?", 7, 100).page()).isEqualTo(1);
    assertThat(Pager.within("x?", 1, 50).page()).isZero();
    assertThat(Pager.within("x?", 7, 0).isNeeded()).isFalse();

    Pager last = Pager.within("x?", 9, 101);
    assertThat(last.getFirst()).isEqualTo(101);
    assertThat(last.getLast()).isEqualTo(101);
    assertThat(last.getNext()).isNull();
    assertThat(last.getPrevious()).isEqualTo("x?page=1");
  }
}
