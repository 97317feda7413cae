package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.MessageFrame;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Qos;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.UplinkAck;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the app sends up is kept until the platform has it, goes in order, and is never given up by itself. */
class UplinkTest extends PushClientHarness {
    @Test
    void sendsInOrderAndIsDoneOnceTheyAreStored() throws Exception {
        PushClient client = start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sent.add(client.send("orders", "n" + i));
        }

        long prev = 0;
        for (int i = 0; i < 100; i++) {
            Uplink uplink = line.awaitUplink();
            assertThat(uplink.getBody().toStringUtf8()).isEqualTo("n" + i);
            assertThat(uplink.getPrev()).isEqualTo(prev);
            assertThat(uplink.getNumber()).isGreaterThan(prev);
            assertThat(uplink.getText()).isTrue();
            prev = uplink.getNumber();
            line.uplinkAck(UplinkAck.newBuilder().setNumber(prev));
        }
        for (CompletableFuture<Void> one : sent) {
            one.get(10, TimeUnit.SECONDS);
        }
        assertThat(client.uplinksWaiting()).isZero();
    }

    @Test
    void whatWasNotStoredGoesAgainOverTheNextConnection() throws Exception {
        PushClient client = start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        send(client, "a");
        send(client, "b");
        Uplink first = line.awaitUplink();
        Uplink second = line.awaitUplink();
        line.uplinkAck(UplinkAck.newBuilder().setNumber(first.getNumber()));
        Awaitility.await().until(() -> client.uplinksWaiting() == 1);
        line.close();

        FakeRoom.Line next = room.acceptBound(0);
        assertThat(next.awaitUplink()).isEqualTo(second);
    }

    @Test
    void theQueueOutlivesTheProcess() throws Exception {
        PushClient client = start(alice().storeIn(directory));
        FakeRoom.Line line = room.acceptBound(0);
        send(client, "a");
        Uplink stored = line.awaitUplink();
        line.uplinkAck(UplinkAck.newBuilder().setNumber(stored.getNumber()));
        Awaitility.await().until(() -> client.uplinksWaiting() == 0);
        send(client, "b");
        send(client, "c");
        clients.remove(0).close();
        line.close();

        PushClient again = start(alice().storeIn(directory));
        assertThat(again.uplinksWaiting()).isEqualTo(2);
        FakeRoom.Line next = room.acceptBound(0);
        Uplink b = next.awaitUplink();
        assertThat(b.getBody().toStringUtf8()).isEqualTo("b");
        assertThat(b.getPrev()).isEqualTo(stored.getNumber());
        assertThat(next.awaitUplink().getPrev()).isEqualTo(b.getNumber());
        next.uplinkAck(UplinkAck.newBuilder().setNumber(b.getNumber() + 1));
        Awaitility.await().until(() -> again.uplinksWaiting() == 0);
    }

    @Test
    void aSecondClientOfTheEndpointIsRefusedAndLeavesTheFirstAsItWas() throws Exception {
        PushClient first = start(alice().storeIn(directory));
        send(first, "a");
        assertThatThrownBy(() -> alice().storeIn(directory).start())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use by another client of this process");
        CompletableFuture<Void> second = first.send("orders", "b");

        FakeRoom.Line line = room.acceptBound(0);
        line.awaitUplink();
        line.uplinkAck(UplinkAck.newBuilder().setNumber(line.awaitUplink().getNumber()));
        second.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aQueueThatBeganAtAClockSetBackIsNumberedAnewAndLosesNothing() throws Exception {
        PushClient client = start(alice().storeIn(directory).clock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC)));
        CompletableFuture<Void> first = client.send("orders", "a");
        CompletableFuture<Void> second = client.send("orders", "b");
        FakeRoom.Line line = room.acceptBound(0);
        assertThat(line.awaitUplink().getNumber()).isEqualTo(1);
        line.awaitUplink();
        long had = 1_700_000_000_000_000L;
        line.uplinkAck(UplinkAck.newBuilder().setNumber(had));
        line.uplinkAck(UplinkAck.newBuilder().setNumber(had));

        Uplink a = line.awaitUplink();
        Uplink b = line.awaitUplink();
        assertThat(List.of(a.getBody().toStringUtf8(), b.getBody().toStringUtf8()))
                .containsExactly("a", "b");
        assertThat(List.of(a.getPrev(), a.getNumber(), b.getPrev(), b.getNumber()))
                .containsExactly(had, had + 1, had + 1, had + 2);
        assertThat(first).isNotDone();
        line.uplinkAck(UplinkAck.newBuilder().setNumber(had + 1));
        first.get(10, TimeUnit.SECONDS);
        assertThat(second).isNotDone();
        clients.remove(0).close();
        line.close();

        assertThat(start(alice().storeIn(directory)).uplinksWaiting()).isEqualTo(1);
        assertThat(room.acceptBound(0).awaitUplink().getNumber()).isEqualTo(had + 2);
    }

    @Test
    void whatIsRefusedForNowGoesAgainWithAllBehindIt() throws Exception {
        PushClient client = start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        send(client, "a");
        send(client, "b");
        send(client, "c");
        Uplink a = line.awaitUplink();
        Uplink b = line.awaitUplink();
        Uplink c = line.awaitUplink();

        line.uplinkAck(UplinkAck.newBuilder().setNumber(a.getNumber()));
        line.uplinkAck(refusal(b, ErrorCode.UNAVAILABLE));
        line.uplinkAck(refusal(c, ErrorCode.UPLINK_OUT_OF_ORDER).setStored(a.getNumber()));

        assertThat(line.awaitUplink()).isEqualTo(b);
        assertThat(line.awaitUplink()).isEqualTo(c);
        line.uplinkAck(UplinkAck.newBuilder().setNumber(c.getNumber()));
        Awaitility.await().until(() -> client.uplinksWaiting() == 0);
    }

    @Test
    void whatIsRefusedForGoodIsDroppedAndTheRestGoesOn() throws Exception {
        PushClient client = start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        send(client, "a");
        CompletableFuture<Void> lost = client.send("no-such-route", "b");
        CompletableFuture<Void> kept = client.send("orders", "c");
        Uplink a = line.awaitUplink();
        Uplink b = line.awaitUplink();
        Uplink c = line.awaitUplink();
        line.uplinkAck(UplinkAck.newBuilder().setNumber(a.getNumber()));
        line.uplinkAck(refusal(b, ErrorCode.FAILED_PRECONDITION));
        line.uplinkAck(refusal(c, ErrorCode.UPLINK_OUT_OF_ORDER).setStored(a.getNumber()));

        Uplink linked = line.awaitUplink();
        assertThat(linked.getBody().toStringUtf8()).isEqualTo("c");
        assertThat(linked.getPrev()).isEqualTo(a.getNumber());
        line.uplinkAck(UplinkAck.newBuilder().setNumber(c.getNumber()));
        kept.get(10, TimeUnit.SECONDS);
        assertThatThrownBy(() -> lost.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(HawserException.class);
        assertThat(listener.awaitErrors(1)).singleElement().asString().contains("uplink refused");
    }

    @Test
    void aFullQueueRefusesAtOnce() throws Exception {
        PushClient client = start(alice().uplinkCapacity(2, 100));
        send(client, "a");
        send(client, "b");
        assertThatThrownBy(() -> client.send("orders", "c"))
                .isInstanceOfSatisfying(
                        HawserException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED));
        assertThat(client.uplinksWaiting()).isEqualTo(2);
    }

    @Test
    void whatFitsIntoNoFrameIsRefusedAtOnce() throws Exception {
        PushClient client = start(alice());
        byte[] tooLarge = new byte[SendLimits.MAX_BODY_BYTES + 1];
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> client.send("orders", tooLarge),
                () -> client.send("orders", tooLarge, "c1"),
                () -> client.send("orders", "x".repeat(tooLarge.length)),
                () -> client.request("orders", tooLarge, Duration.ofSeconds(1)))) {
            assertThatThrownBy(call).isInstanceOf(HawserException.class).hasMessageContaining("at most 65280");
        }
        List<String> groups = IntStream.range(0, 65).mapToObj(Integer::toString).toList();
        assertThatThrownBy(() -> client.changeGroups(List.of(), groups)).hasMessageContaining("at most 64");
        CompletableFuture<Void> largest = client.send("r".repeat(64), new byte[tooLarge.length - 1], "c".repeat(64));

        FakeRoom.Line line = room.acceptBound(0);
        line.uplinkAck(UplinkAck.newBuilder().setNumber(line.awaitUplink().getNumber()));
        largest.get(10, TimeUnit.SECONDS);
    }

    @Test
    void whatFitsIntoNoFrameOfThisRoomIsDroppedAndTheRestGoesOn() throws Exception {
        PushClient client = start(alice());
        CompletableFuture<Void> first = client.send("orders", "a");
        CompletableFuture<Void> large = client.send("orders", new byte[8192]);
        CompletableFuture<Void> last = client.send("orders", "c");
        FakeRoom.Line line = room.accept();
        line.greet(30, 4096);
        line.awaitBind();
        line.bound(0);

        assertThat(codeOf(large)).isEqualTo(ErrorCode.BODY_TOO_LARGE);
        Uplink a = line.awaitUplink();
        Uplink next = line.awaitUplink();
        while (next.getNumber() == a.getNumber()) {
            next = line.awaitUplink();
        }
        assertThat(next.getBody().toStringUtf8()).isEqualTo("c");
        assertThat(next.getPrev()).isEqualTo(a.getNumber());
        line.uplinkAck(UplinkAck.newBuilder().setNumber(next.getNumber()));
        first.get(10, TimeUnit.SECONDS);
        last.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aRouteOfAnotherFormIsRefusedAtOnce() throws Exception {
        PushClient client = start(alice());
        for (String route : List.of("", "a b", "é", "x".repeat(65))) {
            assertThatThrownBy(() -> client.send(route, "a"))
                    .isInstanceOf(HawserException.class)
                    .hasMessageContaining("route: " + route);
        }
    }

    @Test
    void aRequestIsDoneWithItsReply() throws Exception {
        PushClient client = start(alice());
        CompletableFuture<PushMessage> reply = client.request("time", "what?", Duration.ofSeconds(10));
        FakeRoom.Line line = room.acceptBound(0);
        Uplink question = line.awaitUplink();
        assertThat(question.getNumber()).isZero();
        reply(line, question.getCorrelation(), "noon");

        assertThat(reply.get(10, TimeUnit.SECONDS).text()).isEqualTo("noon");
        line.message(0, 1);
        assertThat(listener.awaitTexts(1)).containsExactly("m1");
    }

    @Test
    void aRequestFailsWhenItIsRefusedOrLateOrCutOff() throws Exception {
        PushClient client = start(alice());
        FakeRoom.Line line = room.acceptBound(0);
        CompletableFuture<PushMessage> refused = client.request("time", "1", Duration.ofSeconds(10));
        Uplink question = line.awaitUplink();
        line.uplinkAck(UplinkAck.newBuilder()
                .setCorrelation(question.getCorrelation())
                .setCode(ErrorCode.FAILED_PRECONDITION.number())
                .setDetail("route: time"));
        assertThat(codeOf(refused)).isEqualTo(ErrorCode.FAILED_PRECONDITION);

        assertThat(codeOf(client.request("time", "2", Duration.ofMillis(20)))).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        line.awaitUplink();

        CompletableFuture<PushMessage> cutOff = client.request("time", "3", Duration.ofSeconds(10));
        line.awaitUplink();
        line.close();
        assertThat(codeOf(cutOff)).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    /** Nobody waits for these. */
    private static void send(PushClient client, String text) {
        assertThat(client.send("orders", text)).isNotDone();
    }

    private static UplinkAck.Builder refusal(Uplink uplink, ErrorCode code) {
        return UplinkAck.newBuilder()
                .setNumber(uplink.getNumber())
                .setCode(code.number())
                .setDetail("says the test");
    }

    private static void reply(FakeRoom.Line line, String correlation, String text) throws IOException {
        Content content = Content.newBuilder()
                .setQos(Qos.TRANSIENT)
                .setBody(ByteString.copyFromUtf8(text))
                .setText(true)
                .putHeaders("in-reply-to", correlation)
                .build();
        line.send(MessageFrame.encode(1, 0, 0, false, content.toByteArray()));
    }

    private static ErrorCode codeOf(CompletableFuture<?> failed) throws Exception {
        try {
            throw new AssertionError("it came: " + failed.get(10, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(HawserException.class);
            return ((HawserException) e.getCause()).code();
        }
    }
}
