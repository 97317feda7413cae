package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Move;
import io.hawser.wire.v1.Unbind;
import io.hawser.wire.v1.UplinkAck;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A client whose connection drops, and a room that kept its binding. */
class ResumeTest extends PushClientHarness {
    private final AtomicInteger tokensAsked = new AtomicInteger();

    private FakeRoom.Line boundWith(String token) throws Exception {
        start(alice().tokenSource(() -> "token " + tokensAsked.incrementAndGet()));
        FakeRoom.Line line = room.accept();
        assertThat(line.greet(false, token).getResumable()).isTrue();
        line.awaitBind();
        line.bound(0);
        return line;
    }

    private static String token(Hello hello) {
        return hello.getResumeToken().toStringUtf8();
    }

    @Test
    void goesOnWithoutBindingAnew() throws Exception {
        FakeRoom.Line line = boundWith("first");
        line.message(0, 7);
        line.awaitAck(7);
        line.close();

        FakeRoom.Line next = room.accept();
        Hello hello = next.greet(true, "second");
        assertThat(token(hello)).isEqualTo("first");
        assertThat(hello.getResume(0).getPosition()).isEqualTo(7);
        assertThat(hello.getResume(0).getInstallationNonce().size()).isGreaterThanOrEqualTo(8);
        next.bound(7);
        next.message(7, 9);
        next.awaitAck(9);
        next.close();

        assertThat(token(room.accept().greet(true, "third"))).isEqualTo("second");
        assertThat(listener.awaitTexts(2)).containsExactly("m7", "m9");
        assertThat(tokensAsked).hasValue(1);
        await().until(() -> clients.get(0).counters().resumes() == 2);
    }

    @Test
    void whatTheRoomGivesAgainIsHandedOverOnce() throws Exception {
        FakeRoom.Line line = boundWith("first");
        line.message(0, 7);
        line.awaitAck(7);
        line.close();
        FakeRoom.Line next = room.accept();
        next.greet(true, "second");
        next.bound(0);
        next.messageAgain(0, 7);
        next.message(7, 8);
        assertThat(listener.awaitTexts(2)).containsExactly("m7", "m8");
        assertThat(clients.get(0).counters().duplicates()).isEqualTo(1);
    }

    @Test
    void bindsAnewWhereTheRoomKnowsNothingOfIt() throws Exception {
        boundWith("first").close();
        FakeRoom.Line next = room.accept();
        assertThat(token(next.greet(false, "second"))).isEqualTo("first");
        assertThat(next.awaitBind().getToken()).isEqualTo("token 2");
        next.bound(0);
        next.message(0, 1);
        assertThat(listener.awaitTexts(1)).containsExactly("m1");
    }

    @Test
    void bindsAnewWhereTheRoomLetsItsBindingGo() throws Exception {
        boundWith("first").close();
        FakeRoom.Line next = room.accept();
        next.greet(true, "second");
        next.unbound(ErrorCode.FAILED_PRECONDITION, 0);
        FakeRoom.Line last = room.accept();
        assertThat(token(last.greet(false, "third"))).isEmpty();
        last.awaitBind();
    }

    @Test
    void sendsAgainWhatIsNotKnownToBeStored() throws Exception {
        FakeRoom.Line line = boundWith("first");
        CompletableFuture<Void> sent = clients.get(0).send("orders", "one");
        long number = line.awaitUplink().getNumber();
        line.close();
        FakeRoom.Line next = room.accept();
        next.greet(true, "second");
        next.bound(0);
        assertThat(next.awaitUplink().getNumber()).isEqualTo(number);
        next.uplinkAck(UplinkAck.newBuilder().setNumber(number));
        sent.get();
    }

    @Test
    void hasNothingToComeBackToBeforeItIsBound() throws Exception {
        start(alice());
        FakeRoom.Line line = room.accept();
        line.greet(false, "first");
        line.awaitBind();
        line.close();
        assertThat(token(room.accept().greet(false, "second"))).isEmpty();
    }

    @Test
    void aClientThatIsToMoveLeavesNothingBehind() throws Exception {
        FakeRoom.Line line = boundWith("first");
        line.command(
                io.hawser.wire.v1.Command.newBuilder().setMove(Move.newBuilder().setWithinMs(0)));
        assertThat(token(room.accept().greet(false, "second"))).isEmpty();
    }

    @Test
    void whoClosesSaysSoWhereTheRoomWouldWait() throws Exception {
        FakeRoom.Line line = boundWith("first");
        listener.awaitState(ClientState.BOUND);
        clients.get(0).close();
        Unbind unbind =
                Frames.parse(Unbind.parser(), line.await(FrameType.UNBIND).body());
        assertThat(unbind.getForget()).isFalse();
    }
}
