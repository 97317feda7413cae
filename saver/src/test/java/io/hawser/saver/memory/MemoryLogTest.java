package io.hawser.saver.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.v1.MessageState;
import org.junit.jupiter.api.Test;

/** What a log takes in memory. */
final class MemoryLogTest {
    private static final int EXPIRES_MS = 1_000;

    private final MemoryLog keyed = log("key");
    private final MemoryLog unkeyed = log("");

    @Test
    void aCollapseKeyIsForgottenWithAMessageThatIsTakenOut() {
        assertThat(keyed.bytes()).isGreaterThan(unkeyed.bytes());
        keyed.remove(1, MessageState.RECALLED_VALUE);
        unkeyed.remove(1, MessageState.RECALLED_VALUE);
        assertThat(keyed.bytes()).isEqualTo(unkeyed.bytes());
    }

    @Test
    void aCollapseKeyIsForgottenWithAMessageThatExpires() {
        keyed.expire(EXPIRES_MS);
        unkeyed.expire(EXPIRES_MS);
        assertThat(keyed.bytes()).isEqualTo(unkeyed.bytes());
    }

    @Test
    void aCollapseKeyIsForgottenWithAMessageThatAllHaveAcknowledged() {
        acknowledge(keyed);
        acknowledge(unkeyed);
        assertThat(keyed.bytes()).isEqualTo(unkeyed.bytes());
    }

    @Test
    void aMessageThatIsReplacedLeavesTheKeyToItsSuccessor() {
        keyed.remove(1, MessageState.COLLAPSED_VALUE);
        keyed.add(2, message("key"));
        assertThat(keyed.replacedBy("", "key")).isEqualTo(2);
    }

    private static void acknowledge(MemoryLog log) {
        Mailbox reader = log.create("phone", 0, 0);
        long before = log.settled();
        reader.acknowledged = 1;
        log.trim(before);
    }

    private static MemoryLog log(String collapseKey) {
        MemoryLog log = new MemoryLog(10);
        log.add(1, message(collapseKey));
        log.head = 1;
        return log;
    }

    private static Message message(String collapseKey) {
        return new Message("", collapseKey, EXPIRES_MS, new byte[10]);
    }
}
