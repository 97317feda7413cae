package io.hawser.room.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.keeper.config.ConfigTree;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How often addresses, and all together, may connect; with time in the test's hands. */
final class AccessRatesTest {
    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress TWO = InetAddress.ofLiteral("192.0.2.2");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    /** Near the end of the numbers: those of {@code System.nanoTime} may be anywhere, and pass over it. */
    private long nowNanos = Long.MAX_VALUE - 1_000_000_000;

    /** What is let in at a time when nothing else is known. */
    private Access access(String yaml) {
        return new Access(config(yaml), () -> nowNanos, meters);
    }

    private static AccessConfig config(String yaml) {
        return new ConfigTree().overlayYaml("test", yaml).bind(AccessConfig.class);
    }

    private void pass(Duration time) {
        nowNanos += time.toNanos();
    }

    private static int letIn(Access access, InetAddress from, int tries) {
        int letIn = 0;
        for (int i = 0; i < tries; i++) {
            letIn += access.enter(from) instanceof Source ? 1 : 0;
        }
        return letIn;
    }

    @Test
    void anAddressHasItsBurstAndThenItsRate() {
        Access access = access("address: {handshakesPerSecond: 10, handshakeBurst: 20}");

        assertThat(letIn(access, ONE, 100)).isEqualTo(20);
        pass(Duration.ofMillis(500));
        assertThat(letIn(access, ONE, 100)).isEqualTo(5);
        pass(Duration.ofSeconds(60));
        assertThat(letIn(access, ONE, 100)).isEqualTo(20);
    }

    @Test
    void anAddressThatIsRefusedTakesNothingFromTheOthers() {
        Access access = access(
                "{address: {handshakesPerSecond: 1, handshakeBurst: 1}, handshakesPerSecond: 1, handshakeBurst: 3}");

        assertThat(letIn(access, ONE, 1_000)).isOne();
        assertThat(letIn(access, TWO, 1_000)).isOne();
        assertThat(letIn(access, InetAddress.ofLiteral("192.0.2.3"), 1_000)).isOne();
        assertThat(access.enter(InetAddress.ofLiteral("192.0.2.4")))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(Reason.ROOM_RATE));
    }

    @Test
    void whomTheRoomsRateRefusesIsNotCountedForItsAddress() {
        Access access = access("{address: {maxConnections: 1}, handshakesPerSecond: 1, handshakeBurst: 1}");

        assertThat(access.enter(TWO)).isInstanceOf(Source.class);
        assertThat(access.enter(ONE)).isInstanceOf(Refusal.class);
        pass(Duration.ofSeconds(1));
        assertThat(access.enter(ONE)).isInstanceOf(Source.class);
    }

    @Test
    void aSocketOfThisMachineHasNoAddressButComesAtTheRoomsRate() {
        Access access = access("{deny: [0.0.0.0/0, '::/0'], handshakesPerSecond: 1, handshakeBurst: 2}");

        assertThat(access.enter(null)).isSameAs(Source.UNCOUNTED);
        assertThat(access.enter(null)).isSameAs(Source.UNCOUNTED);
        assertThat(access.enter(null)).isInstanceOf(Refusal.class);
        assertThat(access.trusts(null)).isTrue();
    }

    @Test
    void aRateThatIsChangedHoldsAtOnce() {
        Access access = access("address: {handshakesPerSecond: 1, handshakeBurst: 1}");
        assertThat(letIn(access, ONE, 10)).isOne();

        assertThat(access.configure(config("address: {handshakesPerSecond: 100, handshakeBurst: 100}")))
                .isFalse();
        pass(Duration.ofSeconds(1));

        assertThat(letIn(access, ONE, 1_000)).isEqualTo(100);
    }

    @Test
    void onlyListsThatChangeAreOfConcernToThoseWhoAreIn() {
        Access access = access("deny: [192.0.2.0/24]");
        assertThat(access.configure(config("{deny: [192.0.2.0/24], maxAddresses: 7}")))
                .isFalse();
        assertThat(access.configure(config("deny: [192.0.2.0/25]"))).isTrue();
        assertThat(access.configure(config("allow: [10.0.0.0/8]"))).isTrue();
    }

    @Test
    void anAddressIsForgottenOnceNothingIsToBeKnownOfIt() {
        Access access = access("address: {handshakesPerSecond: 1, handshakeBurst: 5}");
        Source source = (Source) access.enter(ONE);

        pass(Duration.ofSeconds(10));
        access.sweep();
        assertThat(addresses()).isOne();
        access.leave(source);
        assertThat(addresses()).isZero();

        access.leave((Source) access.enter(ONE));
        access.sweep();
        assertThat(addresses()).isOne();
        pass(Duration.ofSeconds(1));
        access.sweep();
        assertThat(addresses()).isZero();
    }

    @Test
    void beyondTheTableAnAddressIsLetInUncountedAndLeavesSo() {
        Access access = access("{maxAddresses: 1, address: {maxConnections: 1}}");
        Source counted = (Source) access.enter(ONE);

        assertThat(access.enter(TWO)).isSameAs(Source.UNCOUNTED);
        assertThat(access.enter(ONE)).isInstanceOf(Refusal.class);
        access.leave(Source.UNCOUNTED);

        assertThat(meters.counter("hawser.room.access.uncounted").count()).isOne();
        pass(Duration.ofSeconds(10));
        access.leave(counted);
        assertThat(addresses()).isZero();
    }

    @Test
    void manyThreadsCountEachConnectionOnce() {
        Access access = access("""
                {address: {maxConnections: 50, handshakesPerSecond: 1000000, handshakeBurst: 1000000},
                 handshakesPerSecond: 1000000, handshakeBurst: 1000000}
                """);
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            long seed = i;
            threads.add(CompletableFuture.runAsync(() -> comeAndGo(access, new Random(seed))));
        }
        CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new)).join();

        pass(Duration.ofSeconds(1));
        access.sweep();
        assertThat(addresses()).isZero();
    }

    /** Comes from one of a few addresses, so that threads meet at each, and leaves again. */
    private static void comeAndGo(Access access, Random random) {
        List<Source> in = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (access.enter(InetAddress.ofLiteral("192.0.2." + random.nextInt(3))) instanceof Source source) {
                in.add(source);
            }
            if (random.nextBoolean() && !in.isEmpty()) {
                access.leave(in.remove(random.nextInt(in.size())));
            }
            if (i % 100 == 0) {
                access.sweep();
            }
        }
        in.forEach(access::leave);
    }

    private double addresses() {
        return meters.get("hawser.room.access.addresses").gauge().value();
    }
}
