package io.hawser.coordinator.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.OutboxItem;
import io.hawser.rpc.v1.UplinkItem;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The back ends of docs/webhooks.md, as they stand there. */
class BackEndExamplesTest {
    private static final ByteString SECRET = ByteString.copyFromUtf8("a secret of thirty-two bytes....");

    @ParameterizedTest
    @CsvSource({"python3, backend.py", "node, backend.mjs"})
    void anExampleTakesWhatIsSignedOnceAndNothingElse(String program, String file) throws Exception {
        assumeTrue(runs(program), () -> "SKIPPED: no " + program + " on this machine; " + file + " is not run");
        Process process = new ProcessBuilder(
                        program,
                        Path.of("..", "docs", "examples", file).toString(),
                        "0",
                        "whsec_" + Base64.getEncoder().encodeToString(SECRET.toByteArray()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (WebhookClient client = new WebhookClient(WebhookClientTest::settings, Clock.systemUTC());
                BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            String url = "http://127.0.0.1:" + output.readLine().replace("listening on ", "") + "/";
            Outcome expected = Outcome.Delivered.with(new Reply(ByteString.copyFromUtf8("seen"), true, Map.of(), 0));

            assertThat(client.post(url, webhook("msg_1", SECRET))).isEqualTo(expected);
            assertThat(client.post(url, webhook("msg_1", SECRET))).isEqualTo(expected);
            assertThat(client.post(url, webhook("msg_2", ByteString.copyFromUtf8("another secret, of nobody's"))))
                    .isEqualTo(new Outcome.Refused("HTTP 401"));
            assertThat(client.post(url, webhook("msg_3", SECRET))).isEqualTo(expected);

            assertThat(List.of(output.readLine(), output.readLine())).allMatch(line -> line.startsWith("uplink "));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static Webhook webhook(String id, ByteString secret) {
        ByteString payload = Payloads.of(OutboxItem.newBuilder()
                .setApp("demo")
                .setUser("alice")
                .setDevice("phone")
                .setReceivedMs(1_700_000_000_123L)
                .setUplink(UplinkItem.newBuilder()
                        .setNumber(7)
                        .setRoute("orders")
                        .setText(true)
                        .setBody(ByteString.copyFromUtf8("one, please")))
                .build());
        return new Webhook(id, payload, List.of(secret), 0);
    }

    private static boolean runs(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
