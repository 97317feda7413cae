package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.center.platform.Api;
import io.hawser.center.platform.Platform;
import io.hawser.rpc.v1.AuditEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Mailboxes that are held back from clients that never acknowledge. */
class HeldMailboxTest {
    private static final String LIST = "/v1/apps/demo/heldMailboxes";
    private static final String RELEASE_BOB = "/v1/apps/demo/users/bob:releaseMailbox";
    private static final String MAILBOX = "{\"mailbox\": \"user\"}";

    private final Platform platform = Platform.start();

    @AfterEach
    void stopThePlatform() {
        platform.close();
    }

    @Test
    void theyAreListedPageByPage() {
        platform.saver.people.hold("alice");
        platform.saver.people.hold("bob");
        JsonNode first = platform.api.get(LIST + "?pageSize=1").json();
        assertThat(first.path("mailboxes")).hasSize(1);
        JsonNode alice = first.path("mailboxes").path(0);
        assertThat(alice.path("user").asText()).isEqualTo("alice");
        assertThat(alice.path("mailbox").asText()).isEqualTo("user");
        assertThat(alice.path("fruitless").asInt()).isEqualTo(3);
        assertThat(alice.path("heldSince").asText()).startsWith("2026-");
        assertThat(alice.path("heldUntil").asText()).startsWith("2026-");
        JsonNode second = platform.api
                .get(LIST + "?pageSize=1&pageToken="
                        + first.path("nextPageToken").asText())
                .json();
        assertThat(second.path("mailboxes").path(0).path("user").asText()).isEqualTo("bob");
        assertThat(second.path("nextPageToken").asText()).isEmpty();
    }

    @Test
    void oneThatIsReleasedIsHeldNoMore() {
        platform.saver.people.hold("bob");
        assertThat(platform.api
                        .post(RELEASE_BOB, MAILBOX)
                        .json()
                        .path("released")
                        .asBoolean())
                .isTrue();
        assertThat(platform.api
                        .post(RELEASE_BOB, MAILBOX)
                        .json()
                        .path("released")
                        .asBoolean())
                .isFalse();
        assertThat(platform.api.get(LIST).json().path("mailboxes")).isEmpty();
    }

    @Test
    void anOperatorsReleaseIsNotedAndAViewersRefused() {
        platform.saver.people.hold("bob");
        assertThat(operator("viewer").post(RELEASE_BOB, MAILBOX).code()).isEqualTo("PERMISSION_DENIED");
        assertThat(operator("operator").post(RELEASE_BOB, MAILBOX).status()).isEqualTo(200);
        AuditEntry entry = platform.saver.directory.audit().getLast();
        assertThat(entry.getAct()).isEqualTo("ReleaseMailbox");
        assertThat(entry.getObject()).isEqualTo("apps/demo/users/bob");
    }

    @Test
    void whatIsNoPageIsRefused() {
        assertThat(platform.api.get(LIST + "?pageSize=1001").code()).isEqualTo("INVALID_ARGUMENT");
        assertThat(platform.api.get(LIST + "?pageToken=-").code()).isEqualTo("INVALID_ARGUMENT");
    }

    private Api operator(String role) {
        return platform.api.with(platform.operatorKey(role));
    }
}
