package io.hawser.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.client.ClientState;
import io.hawser.client.PushClient;
import io.hawser.client.PushListener;
import io.hawser.client.PushMessage;
import io.hawser.client.StateChange;
import io.hawser.standalone.cluster.StandalonePlatform;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.RunningPlatform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key of client tokens is rotated while everything runs, as docs/operations.md says. */
final class TokenKeysIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path home;

    @Test
    void aRoomTakesTokensByBothKeysAndThenByTheNewOneAlone() throws Exception {
        try (StandalonePlatform started = StandalonePlatform.start(home)) {
            RunningPlatform platform = started.running();
            CenterApi back = new CenterApi(platform.center(), platform.apiKey());
            CenterApi admin = new CenterApi(platform.center(), platform.operatorKey());
            String keys = "/v1/apps/" + platform.app() + "/tokenKeys";

            String old = back.issueToken(platform.app(), "alice", "");
            JsonNode added = CenterApi.required(admin.post(keys, Map.of("displayName", "new")));
            String id = added.path("key").path("id").asText();
            CenterApi.required(admin.post(keys + "/" + id + ":sign", Map.of()));
            String fresh = back.issueToken(platform.app(), "alice", "");
            await().atMost(SOON).until(() -> bind(platform, fresh).equals("BOUND"));
            assertThat(bind(platform, old)).isEqualTo("BOUND");

            CenterApi.required(admin.post(keys + "/k1:retire", Map.of()));
            await().atMost(SOON).until(() -> bind(platform, old).equals("TOKEN_INVALID"));
            assertThat(bind(platform, fresh)).isEqualTo("BOUND");

            String secret = added.path("secret").asText();
            assertThat(secret).isNotEmpty();
            assertThat(Files.readString(started.data().resolve("hawser.log"))).doesNotContain(secret);
        }
    }

    /** Returns BOUND, or the code that a room refused the token with. */
    private String bind(RunningPlatform platform, String token) throws Exception {
        CompletableFuture<String> outcome = new CompletableFuture<>();
        try (PushClient client = PushClient.builder()
                .dispatchers(List.of(platform.dispatcher()))
                .app(platform.app())
                .user("alice")
                .device("test")
                .tokenSource(() -> token)
                .storeIn(home)
                .listener(new FirstOutcome(outcome))
                .start()) {
            assertThat(client).isNotNull();
            return outcome.get(SOON.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private record FirstOutcome(CompletableFuture<String> outcome) implements PushListener {
        @Override
        public void onMessage(PushMessage message) {}

        @Override
        public void onState(StateChange change) {
            if (change.state() == ClientState.BOUND) {
                outcome.complete("BOUND");
            } else if (change.code() != null) {
                outcome.complete(change.code().name());
            }
        }
    }
}
