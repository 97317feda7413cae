package io.hawser.coordinator.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.OutboxItem;
import io.hawser.rpc.v1.UplinkItem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Our signatures before the verifier that back ends use: the npm package {@code standardwebhooks}, run by node. */
class NodeVerifyTest {
    private static final String PACKAGE = "standardwebhooks@1.0.0";
    private static final Path DIRECTORY = Path.of("target", "standardwebhooks");
    private static final ByteString SECRET = ByteString.copyFromUtf8("a secret of thirty-two bytes....");
    private static final ByteString OLDER = ByteString.copyFromUtf8("an older secret, soon forgotten.");
    private static final String SCRIPT = """
            const { Webhook } = require("standardwebhooks");
            const { readFileSync } = require("fs");
            const [secret, id, timestamp, signature] = process.argv.slice(2);
            const payload = readFileSync(0, "utf8");
            const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
            console.log(JSON.stringify(new Webhook(secret).verify(payload, headers)));
            """;

    @BeforeAll
    static void install() throws Exception {
        assumeTrue(
                runs("node", "--version"),
                "SKIPPED: no node on this machine; signatures are not checked by standardwebhooks");
        if (!Files.exists(DIRECTORY.resolve("node_modules/standardwebhooks/package.json"))) {
            Files.createDirectories(DIRECTORY);
            Run npm = run("", "npm", "install", "--no-audit", "--no-fund", "--prefix", DIRECTORY.toString(), PACKAGE);
            assumeTrue(npm.exit == 0, "SKIPPED: npm did not bring " + PACKAGE + ": " + npm.output);
        }
        Files.writeString(DIRECTORY.resolve("verify.js"), SCRIPT);
    }

    @Test
    void theNewestSecretVerifies() throws Exception {
        assertThat(verify(SECRET, payload()).exit).isZero();
    }

    @Test
    void soDoesAnOlderOneWhileBothSign() throws Exception {
        assertThat(verify(OLDER, payload()).output).contains("\"user\":\"ålice\"");
    }

    @Test
    void anotherBodyDoesNot() throws Exception {
        assertThat(verify(SECRET, ByteString.copyFromUtf8("{}")).output).contains("No matching signature found");
    }

    @Test
    void anotherSecretDoesNot() throws Exception {
        assertThat(verify(ByteString.copyFromUtf8("of somebody else, and no use...."), payload()).exit)
                .isNotZero();
    }

    private static Run verify(ByteString secret, ByteString body) throws Exception {
        long now = Instant.now().getEpochSecond();
        return run(
                body.toStringUtf8(),
                "node",
                DIRECTORY.resolve("verify.js").toString(),
                "whsec_" + Base64.getEncoder().encodeToString(secret.toByteArray()),
                "msg_0123456789abcdef",
                Long.toString(now),
                Signatures.of("msg_0123456789abcdef", now, payload(), List.of(OLDER, SECRET)));
    }

    private static ByteString payload() {
        return Payloads.of(OutboxItem.newBuilder()
                .setApp("demo")
                .setUser("ålice")
                .setDevice("phone")
                .setReceivedMs(1_700_000_000_123L)
                .setUplink(UplinkItem.newBuilder()
                        .setNumber(7)
                        .setRoute("orders")
                        .setText(true)
                        .setBody(ByteString.copyFromUtf8("zwei Stück \"süß\" …")))
                .build());
    }

    private static boolean runs(String... command) {
        try {
            return run("", command).exit == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    private static Run run(String input, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(new ArrayList<>(List.of(command)))
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return new Run(process.waitFor(), output);
    }

    private record Run(int exit, String output) {}
}
