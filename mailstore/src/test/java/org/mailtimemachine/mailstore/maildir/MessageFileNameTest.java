package org.mailtimemachine.mailstore.maildir;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.posix.FileName;

class MessageFileNameTest {

  private static MessageFileName parse(String name) {
    return MessageFileName.of(new FileName(name));
  }

  @Test
  void aNameOfDovecotIsTakenApart() {
    MessageFileName name = parse("1795310491.M34431P31442.vm,S=409,W=423:2,FSab");
    assertThat(name.base().bytes()).isEqualTo("1795310491.M34431P31442.vm,S=409,W=423");
    assertThat(name.flags()).isEqualTo(new Flags("FS"));
    assertThat(name.flags().words()).containsExactly("flagged", "seen");
    assertThat(name.keywords()).isEqualTo("ab");
    assertThat(name.size()).hasValue(409);
    assertThat(name.virtualSize()).hasValue(423);
    assertThat(name.withInfo().bytes()).isEqualTo("1795310491.M34431P31442.vm,S=409,W=423:2,FSab");
  }

  @Test
  void aNameInNewHasNoFlagsUnlessItSaysSo() {
    assertThat(parse("123.host").flags()).isEqualTo(Flags.NONE);
    assertThat(parse("123.host").base().bytes()).isEqualTo("123.host");
    assertThat(parse("123.host:2,S").flags().seen()).isTrue();
  }

  @Test
  void whatOtherSoftwareWritesBehindTheFlagsIsNotTakenForFlags() {
    MessageFileName name = parse("1.h:2,RS,extra=DT");
    assertThat(name.flags().letters()).isEqualTo("RS");
  }

  @Test
  void flagsInAnyOrderAndTwiceAreOneSet() {
    assertThat(parse("1.h:2,SaFSb1").flags().letters()).isEqualTo("FS");
    assertThat(parse("1.h:2,SaFSb1").keywords()).isEqualTo("ab");
  }

  @Test
  void aSizeThatIsNoNumberIsNoSize() {
    assertThat(parse("1.h,S=12x").size()).isEmpty();
    assertThat(parse("1.h,S=99999999999999999999").size()).isEmpty();
    assertThat(parse("1.h,W=7").virtualSize()).hasValue(7);
  }

  @Test
  void aNameThatIsAllInfoKeepsItsBytes() {
    assertThat(parse(":2,S").base().bytes()).isEqualTo(":2,S");
  }
}
