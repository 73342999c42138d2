package org.mailtimemachine.admin.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LooksTest {

  private final CountDownLatch goOn = new CountDownLatch(1);
  private final AtomicInteger begun = new AtomicInteger();
  private final Looks<Integer> looks = new Looks<>();

  @AfterEach
  void end() {
    goOn.countDown();
    looks.close();
  }

  /** One that hangs, as a disk does. */
  private CompletableFuture<Integer> hanging(UUID request) {
    return looks.at(
        request,
        () -> {
          int number = begun.incrementAndGet();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return number;
        });
  }

  @Test
  void aLookTakesNoCarrierOfVirtualThreads() {
    Thread thread = new Looks<Thread>().at(UUID.randomUUID(), Thread::currentThread).join();
    assertThat(thread.isVirtual()).isFalse();
    assertThat(thread.isDaemon()).as("lets the server end").isTrue();
  }

  @Test
  void whoAsksWhileALookIsUnderWayJoinsItAndWhoAsksLaterDoesNot() {
    UUID request = UUID.randomUUID();
    CompletableFuture<Integer> first = hanging(request);
    CompletableFuture<Integer> joined = hanging(request);
    goOn.countDown();
    assertThat(joined.join()).isEqualTo(first.join()).isEqualTo(1);
    assertThat(hanging(request).join()).isEqualTo(2);
  }

  @Test
  void behindADiskThatHangsOnlySomeWait() {
    UUID last = UUID.randomUUID();
    CompletableFuture<Integer> waiting = new CompletableFuture<>();
    for (int number = 0; number < Looks.AT_ONCE + Looks.WAITING; number++) {
      waiting = hanging(UUID.randomUUID());
    }
    assertThatThrownBy(() -> hanging(last)).isInstanceOf(RejectedExecutionException.class);
    assertThat(begun.get()).isLessThanOrEqualTo(Looks.AT_ONCE);
    goOn.countDown();
    waiting.join();
    assertThat(hanging(last).join()).as("one that was turned away").isPositive();
  }

  @Test
  void aLookThatFailsKeepsNoLaterOneBack() {
    UUID request = UUID.randomUUID();
    CompletableFuture<Integer> failed =
        looks.at(
            request,
            () -> {
              throw new IllegalStateException("for the test");
            });
    assertThatThrownBy(failed::join).hasCauseInstanceOf(IllegalStateException.class);
    goOn.countDown();
    assertThat(hanging(request).join()).isEqualTo(1);
  }
}
