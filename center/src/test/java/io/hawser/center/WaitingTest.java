package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.center.platform.Platform;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A user who has never bound has no mailbox, and yet messages that wait. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WaitingTest {
    private final Platform platform = Platform.start();

    @AfterAll
    void stopThePlatform() {
        platform.close();
    }

    @Test
    void whatIsKeptForTheFirstMailboxIsCounted() {
        platform.saver.neverBound("newcomer", 7);
        JsonNode user = platform.api.get("/v1/apps/demo/users/newcomer").json();
        assertThat(user.path("mailboxes")).isEmpty();
        assertThat(user.path("waiting").asInt()).isEqualTo(7);
    }

    @Test
    void aUserWithAMailboxHasNothingThatWaitsForTheFirst() {
        JsonNode user = platform.api.get("/v1/apps/demo/users/alice").json();
        assertThat(user.path("mailboxes")).hasSize(1);
        assertThat(user.path("waiting").asInt()).isZero();
    }

    @Test
    void theStatusOfAMessageInNoMailboxSaysThatItWaits() {
        JsonNode status = platform.api
                .get("/v1/apps/demo/users/newcomer/messages/4294967297")
                .json();
        assertThat(status.path("state").asText()).isEqualTo("PENDING");
        assertThat(status.path("waiting").asBoolean()).isTrue();
    }
}
