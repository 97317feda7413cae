package io.hawser.room;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Looks again and again whether an event loop of a room waits for anything but its sockets. Waiting in epoll is native,
 * and so RUNNABLE to the JVM; a lock, a future or a sleep is not. A sampler rather than an agent: it needs no
 * flags of the JVM, sees what really waits, and is no part of what it measures.
 */
final class LoopWatch implements AutoCloseable {
    private final List<String> blocked = new CopyOnWriteArrayList<>();
    private final Thread watcher =
            Thread.ofPlatform().daemon().name("loop-watch").start(this::watch);

    /** Stacks of loops that were seen waiting. */
    List<String> blocked() {
        return blocked;
    }

    private void watch() {
        while (!Thread.interrupted()) {
            Thread.getAllStackTraces().forEach((thread, stack) -> {
                if (thread.getName().startsWith("room-loop") && isWaiting(stack)) {
                    blocked.add(thread.getName() + "\n" + String.join("\n", frames(stack)));
                }
            });
        }
    }

    private static boolean isWaiting(StackTraceElement[] stack) {
        return stack.length > 0
                && (stack[0].getMethodName().equals("park")
                        || stack[0].getMethodName().equals("wait0")
                        || stack[0].getMethodName().startsWith("sleep"));
    }

    private static List<String> frames(StackTraceElement[] stack) {
        return Arrays.stream(stack).map(StackTraceElement::toString).toList();
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
