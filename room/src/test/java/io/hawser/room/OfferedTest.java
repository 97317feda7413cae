package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.keeper.Service;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.DispatcherGrpc;
import io.hawser.rpc.v1.ReportLoadReply;
import io.hawser.wire.ErrorCode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** When dispatchers hear of a room, and so send clients. */
final class OfferedTest {
    private final TestContext context = new TestContext(RoomConfig.defaults());
    /** Of each report: whether the room was ready when it came. */
    private final List<Boolean> reports = new CopyOnWriteArrayList<>();

    @Test
    void aRoomIsOfferedOnceItHasReadTheDirectory() throws Exception {
        try (StubSaver saver = new StubSaver();
                LinkServer dispatcher = dispatcher()) {
            saver.apps.put("demo", Tokens.app("demo"));
            context.membership("dispatcher")
                    .set(new Peer("dispatcher", "dispatcher-1", "127.0.0.1", dispatcher.port(), 1, ""));
            try (Service room = Room.start(context)) {
                assertThat(room).isNotNull();
                assertThat(bindIsAnsweredBy()).isEqualTo(ErrorCode.UNAVAILABLE.number());
                await().until(() -> context.count("hawser.directory.failures") > 0);
                context.membership("saver").set(saver.peer());
                await().until(() -> !reports.isEmpty());
                assertThat(reports).containsOnly(true);
            }
        }
    }

    private int bindIsAnsweredBy() {
        String addresses = context.advertised().attributes().getOrDefault("addresses", "");
        try (TestClient client = TestClient.connect(addresses).greet()) {
            return client.refused(TestClient.bind("alice")).getCode();
        }
    }

    private LinkServer dispatcher() {
        return LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
                .handle(DispatcherGrpc.getReportLoadMethod(), (load, caller) -> {
                    reports.add(context.isReady());
                    return CompletableFuture.completedFuture(ReportLoadReply.getDefaultInstance());
                })
                .start("127.0.0.1", 0);
    }
}
