package io.hawser.saver.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.saver.redis.LogKeys;
import io.hawser.saver.redis.Script;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is dropped where there is no room. What the scripts do, {@link CopiesAgreeTest} compares. */
final class MemoryCopyTest {
    private static final LogKeys OLDER = new LogKeys(1, "demo", "older");
    private static final LogKeys NEWER = new LogKeys(1, "demo", "newer");

    private final AtomicInteger dropped = new AtomicInteger();
    private final MemoryCopy memory =
            new MemoryCopy("memory", Runnable::run, Clock.systemUTC(), 600, 10, dropped::incrementAndGet);

    @BeforeEach
    void markTheSlot() {
        run(Script.MARK, new byte[][] {OLDER.marker()}, "1");
    }

    @Test
    void theLogThatWasNotTouchedForLongestIsDroppedAndUnknown() {
        restore(OLDER);
        memory.tick();
        restore(NEWER);
        memory.tick();
        memory.tick();
        assertThat(dropped).hasValue(1);
        assertThat(run(Script.STATE, OLDER.all(), "1")).isEqualTo(Script.UNKNOWN);
        assertThat(run(Script.STATE, NEWER.all(), "1")).isEqualTo(Script.OK);
    }

    @Test
    void whatWasTouchedJustNowHasItsTurnFirst() {
        restore(OLDER);
        restore(NEWER);
        memory.tick();
        assertThat(dropped).hasValue(0);
        assertThat(run(Script.STATE, OLDER.all(), "1")).isEqualTo(Script.OK);
    }

    @Test
    void whatIsBeingRestoredIsNotDropped() {
        run(Script.RECONCILE, OLDER.all(), "1", "0", "0", "0", "0", "0");
        memory.tick();
        restore(NEWER);
        memory.tick();
        memory.tick();
        assertThat(run(Script.RECONCILED, OLDER.all(), "1")).isEqualTo(Script.OK);
        assertThat(run(Script.STATE, OLDER.all(), "1")).isEqualTo(Script.OK);
    }

    @Test
    void whatIsRestoredNoFurtherIsDropped() {
        run(Script.RECONCILE, OLDER.all(), "1", "0", "0", "0", "0", "0");
        for (int i = 0; i <= MemoryCopy.ABANDONED_TICKS; i++) {
            memory.tick();
        }
        restore(NEWER);
        memory.tick();
        assertThat(dropped).hasValue(1);
        assertThat(run(Script.RECONCILED, OLDER.all(), "1")).isEqualTo(Script.UNKNOWN);
        assertThat(run(Script.STATE, NEWER.all(), "1")).isEqualTo(Script.OK);
    }

    private void restore(LogKeys keys) {
        run(Script.RECONCILE, keys.all(), "1", "1", "0", "0", "0", "0");
    }

    private int run(Script script, byte[][] keys, String... arguments) {
        byte[][] bytes = new byte[arguments.length][];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = arguments[i].getBytes(StandardCharsets.UTF_8);
        }
        AtomicInteger outcome = new AtomicInteger(-1);
        memory.run(script, keys, bytes, (reply, failure) -> {
            if (reply != null) {
                outcome.set(reply.outcome());
            }
        });
        return outcome.get();
    }
}
