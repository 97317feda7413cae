package io.hawser.saver.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.saver.v1.JournalEntry;
import io.hawser.saver.v1.LogErased;
import io.hawser.saver.v1.MailboxCreated;
import io.hawser.saver.v1.MailboxForgotten;
import io.hawser.saver.v1.MailboxState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Entries that are applied to tables which hold them already: a row is written with all that was done until then. */
final class LogStateTest {
    private static final String PHONE = "class:phone";
    private static final long BEGIN = 5;
    private static final long ACKNOWLEDGED = 8;
    private static final long LONG_AGO_MS = 1_000;

    @Test
    void aMailboxThatWasForgottenAndCreatedAgainKeepsWhatItAcknowledgedSince() {
        LogState state = new LogState(log());
        state.apply(JournalEntry.newBuilder()
                .setForgotten(MailboxForgotten.newBuilder().setMailbox(PHONE).setFloor(BEGIN))
                .build());
        state.apply(created());
        assertThat(state.settled()).isEqualTo(ACKNOWLEDGED);
    }

    @Test
    void aMailboxThatWasCreatedAfterAnErasureKeepsWhatItAcknowledgedSince() {
        LogState state = new LogState(log());
        state.apply(JournalEntry.newBuilder()
                .setErased(LogErased.newBuilder().setFloor(BEGIN))
                .build());
        state.apply(created());
        assertThat(state.settled()).isEqualTo(ACKNOWLEDGED);
    }

    @Test
    void whatItKnowsOfALaterAcknowledgementSaysThatTheMailboxWasSeenSince() {
        LogState state = new LogState(log());
        state.acknowledge(PHONE, ACKNOWLEDGED);
        assertThat(state.mailboxes()).extracting(MailboxState::getSeenMs).containsExactly(LONG_AGO_MS);
        state.acknowledge(PHONE, ACKNOWLEDGED + 1);
        assertThat(state.mailboxes()).extracting(MailboxState::getSeenMs).containsExactly(0L);
    }

    @Test
    void aMailboxThatWasCreatedAgainWasSeenSinceTheEarlierOneOfItsName() {
        LogState state = new LogState(log());
        state.apply(JournalEntry.newBuilder()
                .setForgotten(MailboxForgotten.newBuilder().setMailbox(PHONE).setFloor(BEGIN))
                .build());
        state.apply(created());
        assertThat(state.mailboxes()).extracting(MailboxState::getSeenMs).containsExactly(0L);
    }

    private static JournalEntry created() {
        return JournalEntry.newBuilder()
                .setCreated(MailboxCreated.newBuilder().setMailbox(PHONE).setBeginsAfter(BEGIN))
                .build();
    }

    private static StoredLog log() {
        MailboxState phone = MailboxState.newBuilder()
                .setMailbox(PHONE)
                .setBeginsAfter(BEGIN)
                .setAcknowledged(ACKNOWLEDGED)
                .setSeenMs(LONG_AGO_MS)
                .build();
        return new StoredLog(9, 9, BEGIN, List.of(phone), List.of(), List.of(), List.of());
    }
}
