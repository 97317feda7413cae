package io.hawser.rpc.link;

import static io.hawser.rpc.link.Echo.AMPLE;
import static io.hawser.rpc.link.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** One client, one server, one socket between. */
final class LinkTest {
    @Test
    void aCallIsAnswered() {
        try (Echo echo = new Echo(Echo::back)) {
            assertThat(echo.call(42).join().getAcknowledged()).isEqualTo(42);
        }
    }

    @Test
    void aReplyMayComeFromAnotherThread() {
        try (Echo echo = new Echo((request, by) -> CompletableFuture.supplyAsync(() -> Echo.reply(request)))) {
            assertThat(echo.call(42).join().getAcknowledged()).isEqualTo(42);
        }
    }

    @Test
    void repliesMatchTheirRequestsWhateverTheOrder() {
        List<Runnable> held = new ArrayList<>();
        try (Echo echo = new Echo((request, by) -> {
            CompletableFuture<AcknowledgeReply> reply = new CompletableFuture<>();
            held.add(() -> reply.complete(Echo.reply(request)));
            if (held.size() == 3) {
                held.reversed().forEach(Runnable::run);
            }
            return reply;
        })) {
            List<CompletableFuture<AcknowledgeReply>> calls = List.of(echo.call(1), echo.call(2), echo.call(3));
            assertThat(calls).extracting(call -> call.join().getAcknowledged()).containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void aHandlerLearnsWhoCallsForWhomAndUntilWhen() {
        AtomicReference<Caller> seen = new AtomicReference<>();
        try (Echo echo = new Echo((request, by) -> {
            seen.set(by);
            return Echo.back(request, by);
        })) {
            echo.call("shop", 1, Duration.ofSeconds(10)).join();
            assertThat(seen.get().name()).isEqualTo("test/test-1");
            assertThat(seen.get().app()).isEqualTo("shop");
            assertThat(seen.get().remaining()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(10));
        }
    }

    @Test
    void aRefusalArrivesWithItsCodeAndMessage() {
        try (Echo echo = new Echo((request, by) -> {
            throw HawserException.refusal(ErrorCode.MAILBOX_FULL, "mailbox: 100 messages (expected: < 100)");
        })) {
            assertFails(echo.call(1), ErrorCode.MAILBOX_FULL).hasMessage("mailbox: 100 messages (expected: < 100)");
            assertThat(echo.count("hawser.link.failures", "code", "MAILBOX_FULL"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aRefusalOfALaterStageArrivesToo() {
        HawserException refusal = HawserException.refusal(ErrorCode.NOT_OWNER, "slot: 7 is of saver-2");
        try (Echo echo = new Echo((request, by) -> CompletableFuture.<AcknowledgeReply>supplyAsync(() -> {
            throw refusal;
        }))) {
            assertFails(echo.call(1), ErrorCode.NOT_OWNER).hasMessage("slot: 7 is of saver-2");
        }
    }

    @Test
    void aFaultTellsNothingOfOurInside() {
        try (Echo echo = new Echo((request, by) -> {
            throw new IllegalStateException("password is hunter2");
        })) {
            assertFails(echo.call(1), ErrorCode.INTERNAL)
                    .hasMessageContaining("internal error")
                    .hasMessageNotContaining("hunter2");
        }
    }

    @Test
    @SuppressWarnings("NullAway") // The fault that is meant.
    void aHandlerThatGivesNothingIsAFault() {
        try (Echo echo = new Echo((request, by) -> CompletableFuture.completedFuture(null))) {
            assertFails(echo.call(1), ErrorCode.INTERNAL);
        }
    }

    @Test
    void aMethodWithoutHandlerIsUnimplementedAndTheStreamGoesOn() {
        try (Echo echo = new Echo(Echo::back)) {
            AppendRequest request = AppendRequest.getDefaultInstance();
            assertFails(
                            echo.client.call(Route.leastLoaded(), SaverGrpc.getAppendMethod(), request, "", AMPLE),
                            ErrorCode.UNIMPLEMENTED)
                    .hasMessageContaining("hawser.rpc.v1.Saver/Append");
            assertThat(echo.call(2).join().getAcknowledged()).isEqualTo(2);
            assertThat(echo.count("hawser.link.reconnects")).isZero();
        }
    }

    @Test
    void aRequestOverTheLimitIsRefusedBeforeItLeaves() {
        AppendRequest tooLarge = AppendRequest.newBuilder()
                .setContent(ByteString.copyFrom(new byte[3 << 20]))
                .build();
        try (Echo echo = new Echo(Echo::back)) {
            assertFails(
                            echo.client.call(Route.leastLoaded(), SaverGrpc.getAppendMethod(), tooLarge, "", AMPLE),
                            ErrorCode.BODY_TOO_LARGE)
                    .hasMessageContaining("(expected: at most 2097152)");
        }
    }

    @Test
    void aReplyOverTheLimitFailsItsCallAlone() {
        LoadReply tooLarge = LoadReply.newBuilder()
                .addMessages(StoredMessage.newBuilder().setContent(ByteString.copyFrom(new byte[5 << 20])))
                .build();
        try (LinkServer server = LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
                        .handle(SaverGrpc.getLoadMethod(), (request, by) -> CompletableFuture.completedFuture(tooLarge))
                        .start("127.0.0.1", 0);
                LinkClient client = new LinkClient(
                        "test/test-1",
                        "saver",
                        FixedMembership.of(FixedMembership.peer("saver-1", server.port())),
                        LinkSettings.defaults(),
                        new SimpleMeterRegistry())) {
            assertFails(
                    client.call(
                            Route.leastLoaded(),
                            SaverGrpc.getLoadMethod(),
                            LoadRequest.getDefaultInstance(),
                            "",
                            AMPLE),
                    ErrorCode.RESOURCE_EXHAUSTED);
        }
    }

    @Test
    void aMethodHasOneHandler() {
        LinkServer.Builder builder = LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry());
        builder.handle(Echo.METHOD, Echo::back);
        assertThatThrownBy(() -> builder.handle(Echo.METHOD, Echo::back))
                .hasMessageContaining("hawser.rpc.v1.Saver/Acknowledge has a handler already");
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        try (Echo echo = new Echo(Echo::back)) {
            assertThatThrownBy(() -> echo.serve(Echo::back, LinkServerSettings.defaults(), echo.server.port()))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("127.0.0.1:" + echo.server.port());
        }
    }
}
