package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.keeper.config.ConfigTree;
import io.hawser.room.Tokens;
import io.hawser.room.access.AccessConfig;
import io.hawser.rpc.v1.Kick;
import io.hawser.rpc.v1.KickCause;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.PushOutcome;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameType;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Kicked;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.RenewToken;
import io.hawser.wire.v1.Resume;
import io.hawser.wire.v1.Unbound;
import io.hawser.wire.v1.Welcome;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Two apps on one connection: what one of them uses up, or does wrong, the other does not feel. */
final class ManyAppsTest {
    private static final ByteString HI =
            Content.newBuilder().setId("hi").build().toByteString();
    private static final int WINDOW = ConnectionConfig.defaults().window();
    private static final int BINDS_IN_FLIGHT = ConnectionConfig.defaults().maxBindsInFlight();
    private static final int DEMO = 1;
    private static final int SHOP = 2;

    private Desk desk = new Desk();
    private Connection both = desk.connection;
    private long given;

    /** Returns what its client comes back with. */
    private ByteString bindBoth() {
        desk.close();
        ByteString token = desk.comesAgain(Desk.hello().build()).getResumeToken();
        desk.binds(DEMO, "demo", "alice");
        desk.binds(SHOP, "shop", "bob");
        both = desk.connection;
        return token;
    }

    private Hello withBoth(ByteString token) {
        Hello.Builder hello = desk.resumes(0).setResumeToken(token);
        return hello.addResume(Resume.newBuilder(hello.getResume(0)).setBinding(SHOP))
                .build();
    }

    private void shopGoesOn() {
        assertThat(binding(SHOP).push(given, given + 1, HI)).isEqualTo(PushOutcome.WRITTEN);
        given++;
        desk.settle();
        assertThat(desk.next(FrameType.MESSAGE, Message.parser()).getBinding()).isEqualTo(SHOP);
        assertThat(desk.isSilent()).isTrue();
    }

    private Binding binding(int number) {
        return Objects.requireNonNull(both.binding(number));
    }

    private Unbound unbound(int binding, ErrorCode code) {
        Unbound unbound = desk.next(FrameType.UNBOUND, Unbound.parser());
        assertThat(unbound.getBinding()).isEqualTo(binding);
        assertThat(ErrorCode.ofNumber(unbound.getCode())).isEqualTo(code);
        return unbound;
    }

    private void configureAccess(String yaml) {
        var _ = desk.access.configure(new ConfigTree().overlayYaml("test", yaml).bind(AccessConfig.class));
    }

    // What goes wrong.

    @Test
    void aTokenThatIsRefused() {
        bindBoth();
        desk.send(
                FrameType.RENEW_TOKEN,
                RenewToken.newBuilder().setBinding(DEMO).setToken("forged").build());
        Error error = desk.next(FrameType.ERROR, Error.parser());
        assertThat(error.getBinding()).isEqualTo(DEMO);
        assertThat(error.getCloses()).isFalse();
        desk.send(
                FrameType.BIND,
                Desk.bind(3, "demo", "carol").toBuilder().setToken("forged").build());
        unbound(3, ErrorCode.TOKEN_INVALID);
        shopGoesOn();
    }

    @Test
    void aTokenThatEnds() {
        bindBoth();
        Instant later = Instant.parse("2026-01-01T00:00:00Z").plus(Duration.ofHours(3));
        desk.send(
                FrameType.RENEW_TOKEN,
                RenewToken.newBuilder()
                        .setBinding(SHOP)
                        .setToken(Tokens.of("shop", "bob", later))
                        .build());
        desk.next(FrameType.TOKEN_RENEWED);
        for (int minutes = 0; minutes < 62; minutes++) {
            desk.pass(Duration.ofMinutes(1));
            desk.send(FrameType.PONG, new byte[0]);
        }
        desk.next(FrameType.TOKEN_EXPIRING);
        unbound(DEMO, ErrorCode.TOKEN_EXPIRED);
        shopGoesOn();
    }

    @Test
    void aKick() {
        bindBoth();
        both.kick(
                binding(DEMO), Kick.newBuilder().setCause(KickCause.KICK_BY_APP).build());
        desk.settle();
        assertThat(desk.next(FrameType.KICKED, Kicked.parser()).getBinding()).isEqualTo(DEMO);
        shopGoesOn();
    }

    @Test
    void aClientThatIsBackElsewhereWithOneOfThem() {
        bindBoth();
        both.kick(
                binding(DEMO),
                Kick.newBuilder()
                        .setCause(KickCause.KICK_REPLACED)
                        .setSameInstallation(true)
                        .build());
        desk.settle();
        assertThat(desk.next(FrameType.KICKED, Kicked.parser()).getBinding()).isEqualTo(DEMO);
        shopGoesOn();
    }

    @Test
    void anAppThatIsDisabled() {
        bindBoth();
        both.unbindAll("demo", ErrorCode.UNKNOWN_APP, "app: demo");
        desk.settle();
        unbound(DEMO, ErrorCode.UNKNOWN_APP);
        shopGoesOn();
    }

    @Test
    void aMailboxThatIsNotReached() {
        bindBoth();
        desk.send(FrameType.BIND, Desk.bind(3, "demo", "carol"));
        desk.answerEnter();
        desk.mailboxes.opens.removeFirst().fail(ErrorCode.MAILBOX_FULL);
        desk.settle();
        unbound(3, ErrorCode.MAILBOX_FULL);
        shopGoesOn();
    }

    // What is used up.

    @Test
    void aWindowThatIsFull() {
        bindBoth();
        for (int seq = 1; seq <= WINDOW; seq++) {
            assertThat(binding(DEMO).push(seq - 1, seq, HI)).isEqualTo(PushOutcome.WRITTEN);
            desk.settle();
            desk.next(FrameType.MESSAGE);
        }
        assertThat(binding(DEMO).push(WINDOW, WINDOW + 1, HI)).isEqualTo(PushOutcome.BEHIND);
        shopGoesOn();
    }

    @Test
    void bindsThatAreUnderWay() {
        bindBoth();
        for (int i = 0; i < BINDS_IN_FLIGHT; i++) {
            desk.send(FrameType.BIND, Desk.bind(3 + i, "demo", "user-" + i));
        }
        desk.send(FrameType.BIND, Desk.bind(15, "demo", "one-too-many"));
        assertThat(unbound(15, ErrorCode.RESOURCE_EXHAUSTED).getRetryAfterMs()).isPositive();
        desk.send(FrameType.BIND, Desk.bind(16, "shop", "carol"));
        desk.sessions.enters.subList(0, BINDS_IN_FLIGHT).clear();
        desk.answerEnter();
        desk.answerOpen(0, 0);
        assertThat(desk.next(FrameType.BOUND, Bound.parser()).getBinding()).isEqualTo(16);
    }

    @Test
    void anAppThatIsNotKnownYet() {
        bindBoth();
        CompletableFuture<Void> read = new CompletableFuture<>();
        desk.apps.refreshed = read;
        desk.send(FrameType.BIND, Desk.bind(3, "new-1", "alice"));
        desk.send(FrameType.BIND, Desk.bind(4, "new-1", "bob"));
        assertThat(unbound(4, ErrorCode.RESOURCE_EXHAUSTED).getRetryAfterMs()).isPositive();
        desk.send(FrameType.BIND, Desk.bind(5, "new-2", "alice"));
        assertThat(desk.isSilent()).isTrue();
        desk.apps.known.add("new-2");
        read.complete(null);
        desk.settle();
        unbound(3, ErrorCode.UNKNOWN_APP);
        desk.answerEnter();
        desk.answerOpen(0, 0);
        assertThat(desk.next(FrameType.BOUND, Bound.parser()).getBinding()).isEqualTo(5);
        shopGoesOn();
    }

    @Test
    void appsThatAreNotKnownAreWaitedForInBounds() {
        bindBoth();
        desk.apps.refreshed = new CompletableFuture<>();
        for (int i = 0; i < BINDS_IN_FLIGHT; i++) {
            desk.send(FrameType.BIND, Desk.bind(3 + i, "new-" + i, "alice"));
        }
        assertThat(desk.isSilent()).isTrue();
        desk.send(FrameType.BIND, Desk.bind(15, "another", "alice"));
        unbound(15, ErrorCode.RESOURCE_EXHAUSTED);
    }

    /** What the first has to load may fill it again, each time. */
    @Test
    void theWriteBuffer() {
        bindBoth();
        Set<String> first = new HashSet<>();
        for (int seq = 1; seq <= 40; seq++) {
            desk.writable(false);
            assertThat(binding(DEMO).push(seq - 1, seq, HI)).isEqualTo(PushOutcome.BEHIND);
            assertThat(binding(SHOP).push(seq - 1, seq, HI)).isEqualTo(PushOutcome.BEHIND);
            desk.writable(true);
            first.add(desk.mailboxes.loads.getFirst().request().getApp());
            LoadReply nothing = LoadReply.newBuilder().setTo(seq).build();
            desk.mailboxes.loads.forEach(load -> load.answer().complete(nothing));
            desk.mailboxes.loads.clear();
            desk.settle();
        }
        assertThat(first).containsExactlyInAnyOrder("demo", "shop");
    }

    /** A connection's frames cannot be read one without the other; what is written to it can. */
    @Test
    void framesThatComeTooFast() {
        bindBoth();
        configureAccess("frames: {framesPerSecond: 100, burst: 1s}");
        for (int i = 0; i < 200; i++) {
            desk.send(FrameType.PING, new byte[0]);
        }
        assertThat(desk.channel.config().isAutoRead()).isFalse();
        for (Frame frame = desk.poll(); frame != null; frame = desk.poll()) {
            assertThat(frame.type()).isIn(FrameType.PONG, FrameType.ERROR);
        }
        shopGoesOn();
    }

    // Parked, and back.

    @Test
    void aQuotaForWhichTheParkedMakeWay() {
        ByteString token = bindBoth();
        desk.close();
        configureAccess("apps: {exceptions: {demo: 1}}");
        desk.comesAgain(Desk.hello().build());
        desk.binds("demo", "carol");
        assertThat(desk.sessions.left).extracting("user_").containsExactly("alice");
        assertThat(desk.comesAgain(withBoth(token)).getResumed()).isTrue();
        unbound(DEMO, ErrorCode.NOT_FOUND);
        assertThat(desk.next(FrameType.BOUND, Bound.parser()).getBinding()).isEqualTo(SHOP);
        shopGoesOn();
    }

    @Test
    void aCrowdOfOneOfThemAmongTheParked() {
        desk = new Desk(Desk.config("{parking: {maxConnections: 2}}"));
        ByteString token = bindBoth();
        desk.close();
        for (int i = 0; i < 10; i++) {
            desk.comesAgain(Desk.hello().build());
            desk.binds("demo", "user-" + i);
            desk.close();
        }
        assertThat(desk.sessions.left).hasSize(9).extracting("user_").doesNotContain("alice", "bob");
        assertThat(desk.comesAgain(withBoth(token)).getResumed()).isTrue();
    }

    @Test
    void aParkedBindingThatEnds() {
        ByteString token = bindBoth();
        desk.close();
        both.kick(
                binding(DEMO), Kick.newBuilder().setCause(KickCause.KICK_BY_APP).build());
        double kept = desk.parkedBytes();
        assertThat(kept).isPositive();
        configureAccess("apps: {exceptions: {demo: 1}}");
        for (String user : new String[] {"carol", "dave"}) {
            desk.comesAgain(Desk.hello().build());
            desk.send(FrameType.BIND, Desk.bind(1, "demo", user));
        }
        unbound(1, ErrorCode.RESOURCE_EXHAUSTED);
        assertThat(desk.parkedBytes()).isEqualTo(kept);
        assertThat(desk.comesAgain(withBoth(token)).getResumed()).isTrue();
        unbound(DEMO, ErrorCode.NOT_FOUND);
        desk.next(FrameType.BOUND);
        shopGoesOn();
    }

    @Test
    void aBindingThatItsRegisterNoLongerHoldsWhenTheClientIsBack() {
        ByteString token = bindBoth();
        desk.close();
        Welcome welcome = desk.comesAgain(withBoth(token));
        assertThat(welcome.getResumed()).isTrue();
        desk.next(FrameType.BOUND);
        desk.next(FrameType.BOUND);
        assertThat(desk.sessions.confirms).hasSize(2);
        desk.sessions.confirms.getFirst().fail();
        desk.sessions.confirms.getLast().answer().complete(false);
        desk.settle();
        both.kick(
                binding(DEMO),
                Kick.newBuilder().setCause(KickCause.KICK_REPLACED).build());
        desk.settle();
        assertThat(desk.next(FrameType.KICKED, Kicked.parser()).getBinding()).isEqualTo(DEMO);
        shopGoesOn();
    }

    @Test
    void aPositionThatWasNotGivenToOneOfThem() {
        ByteString token = bindBoth();
        desk.close();
        Hello.Builder hello = withBoth(token).toBuilder();
        hello.setResume(0, hello.getResume(0).toBuilder().setPosition(9));
        assertThat(desk.comesAgain(hello.build()).getResumed()).isTrue();
        unbound(DEMO, ErrorCode.FAILED_PRECONDITION);
        assertThat(desk.next(FrameType.BOUND, Bound.parser()).getBinding()).isEqualTo(SHOP);
        shopGoesOn();
    }
}
