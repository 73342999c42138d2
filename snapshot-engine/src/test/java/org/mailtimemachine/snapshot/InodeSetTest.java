package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InodeSetTest {

  @Test
  void itHoldsWhatASetOfObjectsHolds() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    InodeSet inodes = new InodeSet();
    Set<Long> expected = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      // Neighbours, and numbers of 64 bits as XFS and Btrfs may have them.
      long inode = random.nextBoolean() ? 1 + random.nextInt(100_000) : random.nextLong() | 1;
      assertThat(inodes.add(inode)).as("seed %d", seed).isEqualTo(expected.add(inode));
    }
    assertThat(expected).as("seed %d", seed).allMatch(inodes::contains);
    assertThat(inodes.contains(200_000)).isFalse();
    assertThat(inodes.contains(0)).isFalse();

    InodeSet copy = new InodeSet(inodes);
    copy.add(200_000);
    assertThat(copy.contains(200_000)).isTrue();
    assertThat(inodes.contains(200_000)).isFalse();
  }
}
