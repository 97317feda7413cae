package io.hawser.room.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.BroadcastEntry;
import io.hawser.rpc.v1.PushBroadcastReply;
import io.hawser.rpc.v1.TaskState;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Qos;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is compressed on an event loop, how often, and who gets it. */
final class CompressionTest {
    private static final String LONG = "maintenance at noon ".repeat(60);

    private Stage stage = Stage.compressing(0);

    private List<ModelClient> crowd(int members, boolean inflates) {
        List<ModelClient> crowd = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            ModelClient client = stage.client((inflates ? "inflates" : "takes it as it is") + i);
            client.inflates = inflates;
            client.connect(stage.room);
            crowd.add(client);
        }
        stage.settle();
        return crowd;
    }

    private static Content content(ByteString body) {
        return Content.newBuilder()
                .setId("m-1")
                .setQos(Qos.DURABLE)
                .setBody(body)
                .setText(true)
                .putHeaders("k", "v")
                .build();
    }

    private long append(String text, String... groups) {
        return append(ByteString.copyFromUtf8(text), groups);
    }

    private long append(ByteString body, String... groups) {
        return stage.log.append(BroadcastEntry.newBuilder()
                .setContent(content(body).toByteString())
                .addAllGroups(List.of(groups))
                .setState(TaskState.TASK_RUNNING));
    }

    @Test
    void aBodyIsCompressedOnceForAllWhoTakeIt() {
        List<ModelClient> takers = crowd(40, true);
        List<ModelClient> others = crowd(10, false);
        long bseq = append(LONG);
        stage.settle();
        assertThat(takers).allSatisfy(client -> assertThat(client.compressed).containsExactly(bseq));
        assertThat(others).allSatisfy(client -> assertThat(client.compressed).isEmpty());
        Broadcast sent = others.getFirst().came.getFirst();
        assertThat(sent.getBody().toStringUtf8()).isEqualTo(LONG);
        assertThat(stage.clients)
                .allSatisfy(
                        client -> assertThat(client.came).containsExactly(sent).hasSize(client.heard.size()));
        assertThat(stage.count("compressions")).isEqualTo(1);
        assertThat(stage.count("compressed")).isEqualTo(40);
        assertThat(stage.count("compressed.saved.bytes")).isBetween(40.0 * LONG.length() / 2, 40.0 * LONG.length());
    }

    @Test
    void nothingIsCompressedBeforeEnoughTookItAsItIs() {
        stage = Stage.compressing(3);
        List<ModelClient> takers = crowd(10, true);
        append(LONG);
        stage.settle();
        assertThat(takers.stream().filter(client -> client.compressed.isEmpty()))
                .hasSize(3);
        assertThat(takers).allSatisfy(client -> assertThat(client.heard).hasSize(1));
        assertThat(stage.count("compressions")).isEqualTo(1);
    }

    @Test
    void nothingIsCompressedForThoseWhoDoNotTakeIt() {
        List<ModelClient> others = crowd(10, false);
        append(LONG);
        stage.settle();
        assertThat(others).allSatisfy(client -> assertThat(client.heard).hasSize(1));
        assertThat(stage.count("compressions")).isZero();
    }

    @Test
    void whatIsShortOrDoesNotGetShorterGoesAsItIs() {
        byte[] noise = new byte[1_000];
        new Random(1).nextBytes(noise);
        List<ModelClient> takers = crowd(10, true);
        append("short");
        append(ByteString.copyFrom(noise));
        stage.settle();
        assertThat(takers).allSatisfy(client -> {
            assertThat(client.heard).hasSize(2);
            assertThat(client.compressed).isEmpty();
        });
        assertThat(stage.count("compressions")).isEqualTo(1);
        assertThat(stage.count("compressed")).isZero();
    }

    @Test
    void whatGoesInOneWriteIsCompressedEachForItself() {
        List<ModelClient> takers = crowd(5, true);
        long first = append(LONG);
        long second = append("short");
        long third = append(LONG);
        stage.settle();
        assertThat(takers).allSatisfy(client -> {
            assertThat(client.writes).isEqualTo(1);
            assertThat(client.heard).containsExactly(first, second, third);
            assertThat(client.compressed).containsExactly(first, third);
        });
        assertThat(stage.count("compressed")).isEqualTo(10);
    }

    @Test
    void whatWasStoredAndIsNoContentGoesAsItIs() {
        // A length of seven bytes, and none follows.
        ByteString broken = ByteString.copyFromUtf8("x".repeat(600)).concat(ByteString.copyFrom(new byte[] {10, 7}));
        Compression compression =
                new Compression(stage.memory, CompressionConfig::defaults, new BroadcastMeters(stage.registry));
        assertThat(compression.compress("demo", List.of(entry(broken)))).isNull();
    }

    private static Entry entry(ByteString content) {
        return Entry.of(BroadcastEntry.newBuilder().setContent(content).build());
    }

    @Test
    void whoComesBackAloneCostsNoCompression() {
        stage = Stage.compressing(2);
        ModelClient alice = crowd(1, true).getFirst();
        alice.disconnect();
        for (int i = 0; i < 10; i++) {
            append(LONG);
        }
        alice.connect(stage.room);
        stage.settle();
        assertThat(alice.heard).hasSize(10);
        assertThat(stage.count("compressions")).isZero();
    }

    @Test
    void withoutMemoryForItItGoesAsItIs() {
        List<ModelClient> others = crowd(1, false);
        ModelClient taker = crowd(1, true).getFirst();
        append(LONG);
        stage.memory.shortAfter(1);
        stage.settle();
        assertThat(taker.heard).hasSize(1);
        assertThat(taker.compressed).isEmpty();
        assertThat(others).allSatisfy(client -> assertThat(client.heard).hasSize(1));
        assertThat(stage.count("compressions.failed")).isEqualTo(1);
    }

    @Test
    void transientOnesAreCompressedForTheirRun() {
        List<ModelClient> takers = crowd(20, true);
        List<ModelClient> others = crowd(2, false);
        List<CompletableFuture<PushBroadcastReply>> answers = List.of(push(LONG), push("short"), push(LONG));
        stage.settle();
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().getWritten()).isEqualTo(22));
        assertThat(takers).allSatisfy(client -> {
            assertThat(client.writes).isEqualTo(1);
            assertThat(client.compressed).hasSize(2);
        });
        assertThat(others).allSatisfy(client -> assertThat(client.compressed).isEmpty());
        assertThat(stage.clients)
                .allSatisfy(client -> assertThat(client.came)
                        .extracting(came -> came.getBody().toStringUtf8())
                        .containsExactly(LONG, "short", LONG));
        assertThat(stage.count("compressions")).isEqualTo(2);
    }

    private CompletableFuture<PushBroadcastReply> push(String text) {
        ByteString content = content(ByteString.copyFromUtf8(text)).toByteString();
        CompletableFuture<PushBroadcastReply> done = new CompletableFuture<>();
        LocalApp app = Objects.requireNonNull(stage.room.find("demo"));
        BroadcastFrame frame = BroadcastFrame.of("demo", 0, List.of(), content);
        assertThat(stage.room.begin(new Transient(
                        app, List.of(), content, BroadcastFrame.glued(stage.memory, List.of(frame)), done)))
                .isTrue();
        return done;
    }
}
