package org.mailtimemachine.admin.console;

import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Looks at live Mailboxes for those who wait at a page, some at once, and one at a time for each
 * request: who asks while one is under way gets what that one finds. They run on threads of the
 * platform, as listing a directory is a native call, which holds the carrier of a virtual thread: a
 * disk that hangs would take all carriers, and with them sign-in and whatever else is on virtual
 * threads. Safe for use by several threads.
 *
 * @param <T> what is found
 */
final class Looks<T> implements AutoCloseable {

  static final int AT_ONCE = 4;

  /** Behind a disk that hangs they would wait without an end: not many do. */
  static final int WAITING = 8;

  private final ConcurrentMap<UUID, CompletableFuture<T>> underWay = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          AT_ONCE,
          AT_ONCE,
          1,
          TimeUnit.MINUTES,
          new ArrayBlockingQueue<>(WAITING),
          Thread.ofPlatform().daemon().name("effect-", 0).factory());

  Looks() {
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Begins a look, or joins the one that is under way.
   *
   * @throws RejectedExecutionException where too many wait
   */
  CompletableFuture<T> at(UUID request, Supplier<T> look) {
    CompletableFuture<T> own = new CompletableFuture<>();
    CompletableFuture<T> other = underWay.putIfAbsent(request, own);
    if (other != null) {
      return other;
    }
    try {
      threads.execute(() -> find(request, look, own));
    } catch (RejectedExecutionException e) {
      underWay.remove(request, own);
      own.completeExceptionally(e);
      throw e;
    }
    return own;
  }

  private void find(UUID request, Supplier<T> look, CompletableFuture<T> found) {
    try {
      T result = look.get();
      underWay.remove(request, found); // whoever comes now looks anew
      found.complete(result);
    } catch (RuntimeException | Error e) {
      underWay.remove(request, found);
      found.completeExceptionally(e);
      throw e;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
